using System.Globalization;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Channels.PagerDuty;

/// <summary>Sends events of the Events API v2; all about one alert have one key, so that they are one incident.</summary>
sealed class PagerDutyChannel() : Channel("pagerduty", "PagerDuty")
{
    public override bool KeepsAlertsOpen => true;

    public override ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken)
    {
        var key = settings.NeededToken("routing_key");
        var request = JsonBody.Post(settings.UrlBelow("api_url", "https://events.pagerduty.com", "/v2/enqueue"), json => Write(json, alert, key));
        return new HttpDelivery("PagerDuty", "the integration key") { Reason = Reason, Secrets = [key] }.SendAsync(request, host, cancellationToken);
    }

    static void Write(Utf8JsonWriter json, AlertText alert, string key)
    {
        json.WriteString("routing_key", key);
        json.WriteString("event_action", alert.Event switch { "acknowledged" => "acknowledge", "resolved" => "resolve", _ => "trigger" });
        json.WriteString("dedup_key", alert.AlertId);
        json.WriteString("client", "Breeze");
        if (alert.Link is { } link)
            json.WriteString("client_url", link.AbsoluteUri);
        json.WriteStartObject("payload");
        json.WriteString("summary", PlainText.Cut(alert.Device is { } device ? $"{alert.Title} ({device})" : alert.Title, 1024));
        json.WriteString("source", alert.Device ?? alert.Organization ?? "Breeze");
        json.WriteString("severity", alert.Severity);
        json.WriteString("timestamp", alert.StartedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        if (alert.Rule is { } rule)
            json.WriteString("class", rule);
        if (alert.Organization is { } organization)
            json.WriteString("group", organization);
        json.WriteStartObject("custom_details");
        json.WriteString("message", alert.Message);
        foreach (var (name, value) in alert.Facts)
            json.WriteString(name.ToLowerInvariant(), value);
        if (alert.OtherCount > 0)
            json.WriteString("others", string.Join('\n', alert.OtherLines(100)));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("links");
        foreach (var (text, url) in alert.Links)
        {
            json.WriteStartObject();
            json.WriteString("href", url.AbsoluteUri);
            json.WriteString("text", text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>The answer is <c>{"status": …, "message": …, "errors": ["…"]}</c>.</summary>
    static string? Reason(string answer) => JsonAnswer.Read(answer, root =>
        root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0 && errors[0].ValueKind == JsonValueKind.String
            ? errors[0].GetString() : null);
}
