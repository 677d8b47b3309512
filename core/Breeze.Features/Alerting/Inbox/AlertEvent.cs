namespace Breeze.Features.Alerting.Inbox;

/// <summary>Something that happened to an alert: a line of its timeline, and what notifications are made of.</summary>
public sealed class AlertEvent
{
    public Guid Id { get; init; }
    public Guid AlertId { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>One of <see cref="AlertEventKinds"/>.</summary>
    public string Kind { get; init; } = "";
    public DateTimeOffset At { get; init; }
    public Guid? UserId { get; init; }
    public string UserName { get; init; } = "";
    public string Text { get; set; } = "";
    public string Detail { get; init; } = "{}";

    /// <summary>When it was decided whom to tell; null until then.</summary>
    public DateTimeOffset? RoutedAt { get; set; }
}
