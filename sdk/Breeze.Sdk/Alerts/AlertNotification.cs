namespace Breeze.Sdk;

/// <summary>A notification about one alert. All text is plain: a channel escapes it for its own format.</summary>
/// <param name="NotificationId">Unique; a channel that supports it uses this to drop duplicates.</param>
/// <param name="AlertId">The alert; constant over all notifications about it, so usable as a de-duplication key.</param>
/// <param name="Event">What happened to the alert: <c>firing</c>, <c>acknowledged</c>, <c>resolved</c> or <c>test</c>.</param>
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

    /// <summary>The alert's page in Breeze.</summary>
    public Uri? Link { get; init; }
}
