using System.Text;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Channels.Telegram;

/// <summary>Sends a message of a bot.</summary>
sealed class TelegramChannel() : Channel("telegram", "Telegram")
{
    // Telegram takes 4,096 characters after reading the marks; escaped ones are longer, so that this is on the safe side.
    const int LongestTitle = 500;
    const int LongestMessage = 1800;
    const int LongestOthers = 800;
    const int LongestFact = 100;

    public override ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken)
    {
        var token = settings.NeededToken("bot_token");
        if (!token.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '_' or '-'))
            throw new SettingException("The setting 'bot_token' is no token of a bot: copy it again from @BotFather.");
        var chat = settings.Needed("chat_id");
        var thread = settings.Number("thread_id", 0);
        var request = JsonBody.Post(settings.UrlBelow("api_url", "https://api.telegram.org", $"/bot{token}/sendMessage"), json =>
        {
            json.WriteString("chat_id", chat);
            if (thread > 0)
                json.WriteNumber("message_thread_id", thread);
            json.WriteString("parse_mode", "HTML");
            json.WriteString("text", Text(alert));
            json.WriteStartObject("link_preview_options");
            json.WriteBoolean("is_disabled", true);
            json.WriteEndObject();
        });
        return new HttpDelivery("Telegram", "the bot token and the chat id") { Reason = answer => JsonAnswer.Text(answer, "description"), Secrets = [token] }
            .SendAsync(request, host, cancellationToken);
    }

    static string Text(AlertText alert)
    {
        var text = new StringBuilder("<b>").Append(PlainText.CutEscaped($"{alert.Symbol} {alert.Headline}", LongestTitle, Escape)).Append("</b>");
        if (alert.Message.Length > 0)
            text.Append("\n\n").Append(PlainText.CutEscaped(alert.Message, LongestMessage, Escape));
        text.Append('\n');
        foreach (var (name, value) in alert.Facts)
            text.Append("\n<b>").Append(name).Append(":</b> ").Append(PlainText.CutEscaped(value, LongestFact, Escape));
        if (alert.OtherCount > 0)
            text.Append("\n\n").Append(PlainText.CutEscaped(string.Join('\n', alert.OtherLines(10)), LongestOthers, Escape));
        // Links and no buttons: a button whose address Telegram dislikes, such as one without a dot, makes it refuse the whole message.
        var links = string.Join(" · ", alert.Links.Select(link => $"<a href=\"{PlainText.CutEscaped(link.Url.AbsoluteUri, 4000, EscapeAddress)}\">{link.Text}</a>"));
        return (links.Length > 0 ? text.Append("\n\n").Append(links) : text).ToString();
    }

    /// <summary>Marks of HTML, and an invisible joint after @ so that nobody is called by their name.</summary>
    static string? Escape(Rune rune) => rune.Value switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&quot;", '@' => "@\u2060", _ => null };

    static string? EscapeAddress(Rune rune) => rune.Value == '@' ? null : Escape(rune);
}
