namespace Breeze.Features.Alerting.Bell;

/// <summary>What one person wants of the bell, and how far they have read it.</summary>
public sealed class BellSettings
{
    public Guid PartnerId { get; init; }
    public Guid UserId { get; init; }
    public DateTimeOffset? ReadAt { get; set; }

    /// <summary>Alerts from this severity on show without a route; <c>none</c> for none of them.</summary>
    public string Severity { get; set; } = AlertSeverity.Error;
}
