using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Channels.Opsgenie;

/// <summary>Creates an alert, and acknowledges or closes it by its alias, which is the id of ours.</summary>
sealed class OpsgenieChannel() : Channel("opsgenie", "Opsgenie")
{
    const int LongestMessage = 130;
    const int LongestDescription = 15_000;
    const int LongestDetail = 1000;

    public override bool KeepsAlertsOpen => true;

    public override ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken)
    {
        var key = settings.NeededToken("api_key");
        var home = settings.Text("region") == "eu" ? "https://api.eu.opsgenie.com" : "https://api.opsgenie.com";
        var action = alert.Event switch { "acknowledged" => "acknowledge", "resolved" => "close", _ => null };
        var url = settings.UrlBelow("api_url", home, action is null ? "/v2/alerts" : $"/v2/alerts/{alert.AlertId}/{action}");
        if (action is not null)
            url = new UriBuilder(url) { Query = "identifierType=alias" }.Uri;
        var request = JsonBody.Post(url, json =>
        {
            if (action is null)
                Create(json, alert);
            else
                Change(json, alert);
        });
        request.Headers.TryAddWithoutValidation("Authorization", "GenieKey " + key);
        return new HttpDelivery("Opsgenie", "the API key and the region") { Reason = answer => JsonAnswer.Text(answer, "message"), Secrets = [key] }
            .SendAsync(request, host, cancellationToken);
    }

    static void Create(Utf8JsonWriter json, AlertText alert)
    {
        json.WriteString("message", PlainText.Cut(alert.Title, LongestMessage));
        json.WriteString("alias", alert.AlertId);
        json.WriteString("description", PlainText.Cut(string.Join("\n\n", Paragraphs(alert)), LongestDescription));
        json.WriteString("priority", alert.Severity switch { "critical" => "P1", "error" => "P2", "warning" => "P3", _ => "P5" });
        json.WriteString("source", "Breeze");
        if (alert.Device is { } device)
            json.WriteString("entity", PlainText.Cut(device, 512));
        json.WriteStartObject("details");
        foreach (var (name, value) in alert.Facts)
            json.WriteString(name, value);
        foreach (var (name, url) in alert.Links.Where(link => link.Url.AbsoluteUri.Length <= LongestDetail))
            json.WriteString(name, url.AbsoluteUri);
        json.WriteEndObject();
    }

    static void Change(Utf8JsonWriter json, AlertText alert)
    {
        json.WriteString("source", "Breeze");
        json.WriteString("note", PlainText.Cut(alert.ResolvedAt is { } resolved ? $"{alert.Headline} ({AlertText.Time(resolved)})" : alert.Headline, 1000));
    }

    static IEnumerable<string> Paragraphs(AlertText alert)
    {
        if (alert.Message.Length > 0)
            yield return alert.Message;
        if (alert.OtherCount > 0)
            yield return string.Join('\n', alert.OtherLines(30));
    }
}
