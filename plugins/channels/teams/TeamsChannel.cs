using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Channels.Teams;

/// <summary>Posts an Adaptive Card to the webhook of a workflow.</summary>
sealed class TeamsChannel() : Channel("teams", "Microsoft Teams")
{
    /// <summary>Teams takes 28 KB, its own share included.</summary>
    const int MostBytes = 26_000;
    const int MostLines = 40;

    public override ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken)
    {
        var url = settings.Url("webhook_url");
        var body = JsonBody.Write(json => Write(json, alert, 3000, 10));
        // What takes many bytes for each character gets fewer of them.
        if (body.Length > MostBytes)
            body = JsonBody.Write(json => Write(json, alert, 1000, 3));
        return new HttpDelivery("Microsoft Teams", "the webhook URL").SendAsync(JsonBody.Post(url, body), host, cancellationToken);
    }

    static void Write(Utf8JsonWriter json, AlertText alert, int longestMessage, int mostOthers)
    {
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteNull("contentUrl");
        json.WriteStartObject("content");
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.4");
        json.WriteString("fallbackText", PlainText.Cut(alert.Headline, 250));
        json.WriteStartObject("msteams");
        json.WriteString("width", "Full");
        json.WriteEndObject();
        json.WriteStartArray("body");
        Line(json, $"{alert.Symbol} {alert.Headline}", size: "Large", color: Color(alert));
        foreach (var line in PlainText.Cut(alert.Message, longestMessage).Split('\n').Where(line => line.Length > 0).Take(MostLines))
            Line(json, line);
        foreach (var (name, value) in alert.Facts)
            Line(json, value, label: name + ": ");
        foreach (var line in alert.OtherLines(mostOthers))
            Line(json, line);
        json.WriteEndArray();
        json.WriteStartArray("actions");
        foreach (var (text, link) in alert.Links)
        {
            json.WriteStartObject();
            json.WriteString("type", "Action.OpenUrl");
            json.WriteString("title", text);
            json.WriteString("url", link.AbsoluteUri);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>A run of text: unlike a text block, Markdown has no meaning in it.</summary>
    static void Line(Utf8JsonWriter json, string text, string? label = null, string? size = null, string? color = null)
    {
        json.WriteStartObject();
        json.WriteString("type", "RichTextBlock");
        if (label is not null)
            json.WriteString("spacing", "None");
        json.WriteStartArray("inlines");
        if (label is not null)
            Run(json, label, isBold: true);
        Run(json, text, isBold: size is not null, size, color);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Run(Utf8JsonWriter json, string text, bool isBold = false, string? size = null, string? color = null)
    {
        json.WriteStartObject();
        json.WriteString("type", "TextRun");
        json.WriteString("text", text);
        if (isBold)
            json.WriteString("weight", "Bolder");
        if (size is not null)
            json.WriteString("size", size);
        if (color is not null)
            json.WriteString("color", color);
        json.WriteEndObject();
    }

    static string Color(AlertText alert) => alert switch
    {
        { IsResolved: true } => "Good",
        { Event: "acknowledged" } => "Default",
        { Severity: "critical" or "error" } => "Attention",
        { Severity: "warning" } => "Warning",
        _ => "Accent",
    };
}
