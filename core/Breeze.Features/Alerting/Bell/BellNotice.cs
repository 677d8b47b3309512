namespace Breeze.Features.Alerting.Bell;

/// <summary>Something in the bell: for one person, or for everybody who sees the alert.</summary>
public sealed class BellNotice
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid? UserId { get; init; }
    public Guid? AlertId { get; init; }
    public string Severity { get; init; } = AlertSeverity.Info;
    public string Title { get; init; } = "";

    /// <summary>The page that it leads to; empty for the alert's.</summary>
    public string Path { get; init; } = "";
    public DateTimeOffset At { get; init; }
}
