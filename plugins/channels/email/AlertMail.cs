using System.Net;
using System.Text;
using MimeKit;

namespace Breeze.Channels.Email;

/// <summary>An alert as a mail: plain text and HTML, in one thread with the others about the same alert.</summary>
static class AlertMail
{
    const int MostOthers = 50;

    public static MimeMessage Write(AlertText alert, MailboxAddress from, IReadOnlyList<MailboxAddress> recipients)
    {
        var domain = Domain(from);
        var message = new MimeMessage
        {
            Subject = PlainText.Cut(alert.IsOpen ? $"[{alert.Severity}] {alert.Headline}" : alert.Headline, 200),
            // The same each time it is tried, so that receivers know a second one for what it is.
            MessageId = $"{alert.NotificationId:N}@{domain}",
            Body = new MultipartAlternative(new TextPart("plain") { Text = Plain(alert) }, new TextPart("html") { Text = Html(alert) }),
        };
        message.From.Add(from);
        message.To.AddRange(recipients);
        // A root that no mail has: it does not matter which of them comes first, or at all.
        var thread = $"alert-{alert.AlertId}@{domain}";
        message.InReplyTo = thread;
        message.References.Add(thread);
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        if (alert is { IsOpen: true, Severity: "critical" })
            message.Importance = MessageImportance.High;
        return message;
    }

    static string Domain(MailboxAddress from)
    {
        var domain = from.Address[(from.Address.LastIndexOf('@') + 1)..];
        return domain.Length > 0 && domain.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-') ? domain : "breeze.invalid";
    }

    static string Plain(AlertText alert)
    {
        var text = new StringBuilder(alert.Headline).Append("\n\n");
        if (alert.Message.Length > 0)
            text.Append(alert.Message).Append("\n\n");
        foreach (var (name, value) in alert.Facts)
            text.Append(name).Append(": ").Append(value).Append('\n');
        if (alert.OtherCount > 0)
            text.Append('\n').AppendJoin('\n', alert.OtherLines(MostOthers)).Append('\n');
        foreach (var (name, url) in alert.Links)
            text.Append('\n').Append(name).Append(": ").Append(url.AbsoluteUri).Append('\n');
        return text.ToString();
    }

    static string Html(AlertText alert)
    {
        var html = new StringBuilder($"""
            <!DOCTYPE html><html><body style="margin:0;padding:16px;font-family:system-ui,'Segoe UI',sans-serif;font-size:15px;color:#212529;background:#ffffff">
            <div style="max-width:600px;border-left:4px solid #{alert.Color:x6};padding-left:16px">
            <h1 style="font-size:18px;margin:0 0 12px">{Encode(alert.Headline)}</h1>
            """);
        if (alert.Message.Length > 0)
            html.Append("<p style=\"margin:0 0 12px;white-space:pre-wrap\">").Append(Encode(alert.Message)).Append("</p>");
        html.Append("<table role=\"presentation\" style=\"border-collapse:collapse;margin:0 0 12px\">");
        foreach (var (name, value) in alert.Facts)
            html.Append("<tr><td style=\"padding:2px 16px 2px 0;color:#5c636a\">").Append(name).Append("</td><td style=\"padding:2px 0\">").Append(Encode(value)).Append("</td></tr>");
        html.Append("</table>");
        if (alert.OtherCount > 0)
            html.Append("<p style=\"margin:0 0 12px\">").AppendJoin("<br>", alert.OtherLines(MostOthers).Select(Encode)).Append("</p>");
        if (alert.Links.Any())
            html.Append("<p style=\"margin:0\">").AppendJoin(" &nbsp; ", alert.Links.Select(link => $"<a href=\"{Encode(link.Url.AbsoluteUri)}\" style=\"color:#1864ab\">{link.Text}</a>")).Append("</p>");
        return html.Append("</div></body></html>").ToString();
    }

    static string Encode(string text) => WebUtility.HtmlEncode(text);
}
