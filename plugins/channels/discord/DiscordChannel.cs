using System.Globalization;
using System.Text;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Channels.Discord;

/// <summary>Posts an embed to a webhook.</summary>
sealed class DiscordChannel() : Channel("discord", "Discord")
{
    // Discord counts at most 6,000 characters in all: 256 + 2,400 + 900 + 3 links of 300 + 7 facts of 212 and the blank lines between.
    const int LongestTitle = 256;
    const int LongestMessage = 2400;
    const int LongestOthers = 900;
    const int LongestFact = 200;

    public override ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken) =>
        new HttpDelivery("Discord", "the webhook URL").SendAsync(JsonBody.Post(settings.Url("webhook_url"), json => Write(json, alert)), host, cancellationToken);

    static void Write(Utf8JsonWriter json, AlertText alert)
    {
        json.WriteStartObject("allowed_mentions");
        json.WriteStartArray("parse");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("embeds");
        json.WriteStartObject();
        json.WriteString("title", PlainText.CutEscaped($"{alert.Symbol} {alert.Headline}", LongestTitle, Escape));
        if (alert.Link is { } link)
            json.WriteString("url", link.AbsoluteUri);
        json.WriteNumber("color", alert.Color);
        json.WriteString("timestamp", (alert.ResolvedAt ?? alert.StartedAt).UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("description", Description(alert));
        json.WriteStartArray("fields");
        foreach (var (name, value) in alert.Facts)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("value", PlainText.CutEscaped(value, LongestFact, Escape));
            json.WriteBoolean("inline", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static string Description(AlertText alert)
    {
        var text = new StringBuilder(PlainText.CutEscaped(alert.Message, LongestMessage, Escape));
        if (alert.OtherCount > 0)
            text.Append("\n\n").Append(PlainText.CutEscaped(string.Join('\n', alert.OtherLines(10)), LongestOthers, Escape));
        var links = string.Join(" · ", alert.Links.Select(link => $"[{link.Text}](<{link.Url.AbsoluteUri.Replace(">", "%3E", StringComparison.Ordinal)}>)").Where(link => link.Length <= 300));
        return (links.Length > 0 ? text.Append("\n\n").Append(links) : text).ToString().Trim();
    }

    /// <summary>A backslash before all that Discord reads as a mark, mentions and time stamps included.</summary>
    static string? Escape(Rune rune) => rune.Value switch
    {
        '\\' or '*' or '_' or '~' or '`' or '|' or '>' or '<' or '#' or '-' or '[' or ']' or '(' or ')' or ':' or '@' => "\\" + (char)rune.Value,
        _ => null,
    };
}
