using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Channels.Ntfy;

/// <summary>Publishes to a topic.</summary>
sealed class NtfyChannel() : Channel("ntfy", "ntfy")
{
    // A longer message becomes an attachment.
    const int LongestMessage = 4000;
    const int LongestTitle = 240;

    public override ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken)
    {
        var topic = settings.NeededToken("topic");
        var priority = settings.Number("priority", 0) is > 0 and <= 5 and var chosen ? chosen : Priority(alert);
        var request = JsonBody.Post(settings.UrlBelow("server_url", "https://ntfy.sh", "/"), json => Write(json, alert, topic, priority));
        var token = settings.Token("token");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return new HttpDelivery("ntfy", "the topic and the token") { Reason = answer => JsonAnswer.Text(answer, "error"), Secrets = [topic, token ?? ""] }
            .SendAsync(request, host, cancellationToken);
    }

    static void Write(Utf8JsonWriter json, AlertText alert, string topic, int priority)
    {
        json.WriteString("topic", topic);
        json.WriteString("title", PlainText.CutBytes(alert.Headline, LongestTitle));
        json.WriteString("message", PlainText.CutBytes(Message(alert), LongestMessage));
        json.WriteNumber("priority", priority);
        json.WriteStartArray("tags");
        json.WriteStringValue(alert.Event switch { "resolved" => "white_check_mark", "acknowledged" => "eyes", _ => alert.Severity is "critical" or "error" ? "rotating_light" : "warning" });
        json.WriteEndArray();
        if (alert.Link is { } link)
            json.WriteString("click", link.AbsoluteUri);
        json.WriteStartArray("actions");
        foreach (var (text, url) in alert.Links.Take(3))
        {
            json.WriteStartObject();
            json.WriteString("action", "view");
            json.WriteString("label", text);
            json.WriteString("url", url.AbsoluteUri);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Facts come first in what a cut may take the end of.</summary>
    static string Message(AlertText alert)
    {
        var paragraphs = new List<string> { string.Join('\n', alert.Facts.Select(fact => $"{fact.Name}: {fact.Value}")) };
        if (alert.Message.Length > 0)
            paragraphs.Insert(0, PlainText.CutBytes(alert.Message, 2000));
        if (alert.OtherCount > 0)
            paragraphs.Add(string.Join('\n', alert.OtherLines(10)));
        return string.Join("\n\n", paragraphs);
    }

    static int Priority(AlertText alert) => !alert.IsOpen ? 2 : alert.Severity switch { "critical" => 5, "error" => 4, "warning" => 3, _ => 2 };
}
