namespace Breeze.Sdk;

/// <summary>A notification about one alert. All text is plain: a channel escapes it for its own format.</summary>
/// <param name="NotificationId">Unique; a channel that supports it uses this to drop duplicates.</param>
/// <param name="AlertId">The alert, for many alerts at once their incident, or for a digest the notification itself; constant over all notifications about it, so usable as a de-duplication key.</param>
/// <param name="Event">What happened to the alert: <c>firing</c>, <c>reopened</c>, <c>acknowledged</c>, <c>resolved</c>, <c>test</c>, <c>digest</c>, or <c>handover</c> when it is about who is on call.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c>, <c>error</c> or <c>critical</c>.</param>
/// <param name="Title">One line.</param>
/// <param name="Message">The rendered message template, several lines.</param>
/// <param name="StartedAt">When the condition began, in UTC.</param>
public sealed record AlertNotification(
    Guid NotificationId, Guid AlertId, string Event, string Severity, string Title, string Message, DateTimeOffset StartedAt)
{
    /// <summary>The device concerned, when there is one.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The organization concerned.</summary>
    public string? OrganizationName { get; init; }

    /// <summary>The site of the device.</summary>
    public string? SiteName { get; init; }

    /// <summary>The rule that the alert comes from.</summary>
    public string? RuleName { get; init; }

    /// <summary>When it ended, in UTC; only for <c>resolved</c>.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>What to do, as the rule's author wrote it down.</summary>
    public Uri? Runbook { get; init; }

    /// <summary>Acknowledges the alert after one confirmation, once; only for what is open, and only when the reader may.</summary>
    public Uri? AcknowledgeLink { get; init; }

    /// <summary>Titles of what is told in the same breath, because it waited for the channel's rate or for a digest; at most 100.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>How many there are beside this one, those without a title in <see cref="Others"/> included.</summary>
    public int OtherCount { get; init; }

    /// <summary>The alert's page in Breeze.</summary>
    public Uri? Link { get; init; }
}
