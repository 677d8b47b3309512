using System.Text;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Channels.Slack;

/// <summary>Posts to an incoming webhook.</summary>
sealed class SlackChannel() : Channel("slack", "Slack")
{
    public override ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken)
    {
        var url = settings.Url("webhook_url");
        var delivery = new HttpDelivery("Slack", "the webhook URL") { Reason = Reason, Secrets = [url.AbsoluteUri, url.AbsolutePath] };
        return delivery.SendAsync(JsonBody.Post(url, json => Write(json, alert)), host, cancellationToken);
    }

    static void Write(Utf8JsonWriter json, AlertText alert)
    {
        // What notifications on a phone show; the only text here that Slack reads for marks.
        json.WriteString("text", PlainText.CutEscaped($"{alert.Symbol} {alert.Headline}", 500, Escape));
        json.WriteString("parse", "none");
        json.WriteBoolean("unfurl_links", false);
        json.WriteBoolean("unfurl_media", false);
        json.WriteStartArray("blocks");
        json.WriteStartObject();
        json.WriteString("type", "header");
        Plain(json, "text", PlainText.Cut($"{alert.Symbol} {alert.Headline}", 150));
        json.WriteEndObject();
        if (alert.Message.Length > 0)
            Section(json, alert.Message);
        json.WriteStartObject();
        json.WriteString("type", "section");
        json.WriteStartArray("fields");
        foreach (var (name, value) in alert.Facts)
            PlainObject(json, $"{name}: {value}");
        json.WriteEndArray();
        json.WriteEndObject();
        if (alert.OtherCount > 0)
            Section(json, string.Join('\n', alert.OtherLines(10)));
        if (alert.Links.Any())
            Links(json, alert);
        json.WriteEndArray();
    }

    /// <summary>Links and no buttons: a button wants an app behind it that answers.</summary>
    static void Links(Utf8JsonWriter json, AlertText alert)
    {
        json.WriteStartObject();
        json.WriteString("type", "section");
        json.WriteStartObject("text");
        json.WriteString("type", "mrkdwn");
        json.WriteBoolean("verbatim", true);
        json.WriteString("text", string.Join("  ·  ", alert.Links.Take(3).Select(link => $"<{Address(link.Url)}|{link.Text}>").Where(text => text.Length <= 990)));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static string Address(Uri url) => url.AbsoluteUri.Replace("|", "%7C", StringComparison.Ordinal).Replace("<", "%3C", StringComparison.Ordinal)
        .Replace(">", "%3E", StringComparison.Ordinal).Replace("&", "&amp;", StringComparison.Ordinal);

    static void Section(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "section");
        Plain(json, "text", PlainText.Cut(text, 3000));
        json.WriteEndObject();
    }

    static void Plain(Utf8JsonWriter json, string name, string text)
    {
        json.WritePropertyName(name);
        PlainObject(json, text);
    }

    /// <summary>Plain text: no mark of formatting and no mention has a meaning in it.</summary>
    static void PlainObject(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "plain_text");
        json.WriteString("text", text);
        json.WriteBoolean("emoji", false);
        json.WriteEndObject();
    }

    static string? Escape(Rune rune) => rune.Value switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", _ => null };

    /// <summary>Slack answers with one word, such as <c>channel_is_archived</c>.</summary>
    static string? Reason(string answer) => answer.Trim() is { Length: > 0 and <= 60 } word && word.All(c => char.IsAsciiLetterLower(c) || c == '_') ? word : null;
}
