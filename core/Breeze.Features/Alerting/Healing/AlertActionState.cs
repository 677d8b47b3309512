namespace Breeze.Features.Alerting.Healing;

/// <summary>How a run of a rule's script stands.</summary>
public static class AlertActionState
{
    /// <summary>It waits for its turn.</summary>
    public const string Pending = "pending";

    /// <summary>Its command is on the way to the device, or runs there.</summary>
    public const string Queued = "queued";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";

    /// <summary>It did not run.</summary>
    public const string Skipped = "skipped";
}
