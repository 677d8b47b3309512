namespace Breeze.Features.Alerting.Inbox;

/// <summary>Pending, firing, acknowledged, resolved; a resolved one that comes back soon is reopened.</summary>
public static class AlertStatus
{
    /// <summary>The condition holds, and has not held for long enough. Nobody is told.</summary>
    public const string Pending = "pending";
    public const string Firing = "firing";
    public const string Acknowledged = "acknowledged";
    public const string Resolved = "resolved";
}
