using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Channels.Webhook;

/// <summary>Posts versioned JSON, signed when there is a secret. The README is the contract of the payload.</summary>
sealed class WebhookChannel() : Channel("webhook", "Webhook")
{
    public override ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken)
    {
        var body = JsonBody.Write(json => Write(json, alert));
        var request = JsonBody.Post(settings.Url("url"), body);
        foreach (var (name, value) in settings.Headers("headers"))
            request.Headers.TryAddWithoutValidation(name, value);
        if (settings.Text("authorization") is { } authorization)
        {
            if (authorization.Any(c => c is < ' ' or > '~'))
                throw new SettingException("The setting 'authorization' has characters in it that cannot be sent: enter it anew.");
            request.Headers.Remove("Authorization");
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }
        var timestamp = host.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation("X-Breeze-Delivery", alert.NotificationId.ToString("D"));
        request.Headers.TryAddWithoutValidation("X-Breeze-Timestamp", timestamp);
        if (settings.Text("secret") is { } secret)
            request.Headers.TryAddWithoutValidation("X-Breeze-Signature", Sign(secret, timestamp, body));
        return new HttpDelivery("The webhook", "the address and the authorization").SendAsync(request, host, cancellationToken);
    }

    /// <summary>Over the time as well, so that an old message is not taken for a new one.</summary>
    static string Sign(string secret, string timestamp, byte[] body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp + "."));
        hash.AppendData(body);
        return "sha256=" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static void Write(Utf8JsonWriter json, AlertText alert)
    {
        json.WriteNumber("version", 1);
        json.WriteString("event", alert.Event);
        json.WriteString("notification_id", alert.NotificationId);
        json.WriteStartObject("alert");
        json.WriteString("id", alert.AlertId);
        json.WriteString("severity", alert.Severity);
        json.WriteString("title", alert.Title);
        json.WriteString("message", alert.Message);
        json.WriteString("started_at", alert.StartedAt.ToUniversalTime());
        Time(json, "resolved_at", alert.ResolvedAt);
        json.WriteString("device", alert.Device);
        json.WriteString("organization", alert.Organization);
        json.WriteString("site", alert.Site);
        json.WriteString("rule", alert.Rule);
        json.WriteString("url", alert.Link?.AbsoluteUri);
        json.WriteString("acknowledge_url", alert.AcknowledgeLink?.AbsoluteUri);
        json.WriteString("runbook_url", alert.Runbook?.AbsoluteUri);
        json.WriteEndObject();
        json.WriteStartObject("others");
        json.WriteNumber("count", alert.OtherCount);
        json.WriteStartArray("titles");
        foreach (var title in alert.Others)
            json.WriteStringValue(title);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
            json.WriteString(name, known.ToUniversalTime());
        else
            json.WriteNull(name);
    }
}
