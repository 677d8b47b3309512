using System.Text;

namespace Breeze.Channels.Sms;

/// <summary>An alert in one or two messages' length.</summary>
static class SmsText
{
    public static string Write(AlertText alert, int length)
    {
        var most = length == 320 ? 320 : 160;
        var head = new StringBuilder(alert.IsOpen ? alert.Severity.ToUpperInvariant() + " " : "").Append(alert.Headline);
        if (alert.Device is { } device && !alert.Title.Contains(device, StringComparison.OrdinalIgnoreCase))
            head.Append(" - ").Append(device);
        if (alert.Organization is { } organization)
            head.Append(" (").Append(organization).Append(')');
        var tail = alert.OtherCount > 0 ? $" +{alert.OtherCount} more" : "";
        // An address is whole or not there at all, and never most of the message.
        if ((alert.AcknowledgeLink ?? alert.Link) is { AbsoluteUri: var link } && link.Length + tail.Length <= most / 2)
            tail += " " + link;
        // Three dots, because one character that is not in the alphabet of text messages halves what fits into one.
        return PlainText.Cut(Simplify(head.ToString()), most - tail.Length, "...") + tail;
    }

    /// <summary>The marks of typography in plain ones.</summary>
    static string Simplify(string text)
    {
        var simple = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            simple.Append(c switch
            {
                '‘' or '’' or '‚' => "'",
                '“' or '”' or '„' => "\"",
                '–' or '—' => "-",
                '…' => "...",
                '\u00A0' or '\n' => " ",
                _ => c.ToString(),
            });
        }
        return simple.ToString();
    }
}
