using System.Globalization;
using Breeze.Sdk;

namespace Breeze.Channels;

/// <summary>A notification in words: cleaned, bounded, and not yet escaped for any format.</summary>
sealed class AlertText(AlertNotification notification)
{
    const int LongestName = 200;

    public Guid NotificationId => notification.NotificationId;

    public string AlertId { get; } = notification.AlertId.ToString("D");

    public string Event { get; } = notification.Event;

    public string Severity { get; } = notification.Severity is "critical" or "error" or "warning" or "info" ? notification.Severity : "error";

    public string Title { get; } = PlainText.Clean(notification.Title, 300, oneLine: true) is { Length: > 0 } title ? title : "Alert";

    public string Message { get; } = PlainText.Clean(notification.Message, 8000);

    public string? Device { get; } = Name(notification.DeviceName);

    public string? Organization { get; } = Name(notification.OrganizationName);

    public string? Site { get; } = Name(notification.SiteName);

    public string? Rule { get; } = Name(notification.RuleName);

    public DateTimeOffset StartedAt => notification.StartedAt;

    public DateTimeOffset? ResolvedAt => notification.ResolvedAt;

    public Uri? Link { get; } = Web(notification.Link);

    public Uri? AcknowledgeLink { get; } = Web(notification.AcknowledgeLink);

    public Uri? Runbook { get; } = Web(notification.Runbook);

    public bool IsResolved => Event == "resolved";

    /// <summary>Whether somebody has to do something about it.</summary>
    public bool IsOpen => Event is "firing" or "reopened" or "test" or "digest";

    public string State => Event switch
    {
        "firing" => "Firing",
        "reopened" => "Firing again",
        "acknowledged" => "Acknowledged",
        "resolved" => "Resolved",
        "test" => "Test",
        "digest" => "Summary",
        "handover" => "On-call",
        _ => "Alert",
    };

    /// <summary>What a glance should tell: the state and the title.</summary>
    public string Headline => $"{State}: {Title}";

    public string Symbol => Event switch { "resolved" => "✅", "acknowledged" => "👀", _ => Severity switch { "critical" => "🔴", "error" => "🟠", "warning" => "🟡", _ => "🔵" } };

    /// <summary>As 0xRRGGBB.</summary>
    public int Color => Event switch { "resolved" => 0x2F9E44, "acknowledged" => 0x868E96, _ => Severity switch { "critical" => 0xC92A2A, "error" => 0xE8590C, "warning" => 0xF08C00, _ => 0x1971C2 } };

    public IReadOnlyList<(string Name, string Value)> Facts { get; } = ListFacts(notification);

    /// <summary>What to open, in the order of use.</summary>
    public IEnumerable<(string Text, Uri Url)> Links
    {
        get
        {
            if (Link is { } link)
                yield return ("Open the alert", link);
            if (AcknowledgeLink is { } acknowledge)
                yield return ("Acknowledge", acknowledge);
            if (Runbook is { } runbook)
                yield return ("Runbook", runbook);
        }
    }

    /// <summary>How many notifications are in this one beside the alert itself.</summary>
    public int OtherCount { get; } = Math.Max(notification.OtherCount, notification.Others.Count);

    /// <summary>The titles of the others, at most so many, and how many more there are; empty when there are none.</summary>
    public IReadOnlyList<string> OtherLines(int most)
    {
        if (OtherCount == 0)
            return [];
        var lines = new List<string> { string.Create(CultureInfo.InvariantCulture, $"And {OtherCount} {(OtherCount == 1 ? "other" : "others")}:") };
        lines.AddRange(Others.Take(most).Select(title => "• " + title));
        var untold = OtherCount - (lines.Count - 1);
        if (lines.Count == 1)
            return [lines[0].Replace(':', '.')];
        if (untold > 0)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"… and {untold} more"));
        return lines;
    }

    public IReadOnlyList<string> Others { get; } = [.. notification.Others.Take(100).Select(title => PlainText.Clean(title, LongestName, oneLine: true)).Where(title => title.Length > 0)];

    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    static List<(string, string)> ListFacts(AlertNotification n)
    {
        var facts = new List<(string, string)> { ("Severity", PlainText.Clean(n.Severity, 20, oneLine: true)) };
        foreach (var (name, value) in new[] { ("Device", n.DeviceName), ("Organization", n.OrganizationName), ("Site", n.SiteName), ("Rule", n.RuleName) })
        {
            if (Name(value) is { } text)
                facts.Add((name, text));
        }
        facts.Add(("Started", Time(n.StartedAt)));
        if (n.ResolvedAt is { } resolved)
            facts.Add(("Resolved", Time(resolved)));
        return facts;
    }

    static string? Name(string? text) => PlainText.Clean(text, LongestName, oneLine: true) is { Length: > 0 } name ? name : null;

    /// <summary>A runbook is what somebody typed: nothing but pages may be opened, and none that no format takes.</summary>
    static Uri? Web(Uri? url) => url is { IsAbsoluteUri: true, Scheme: "http" or "https", AbsoluteUri.Length: <= 1000 } ? url : null;
}
