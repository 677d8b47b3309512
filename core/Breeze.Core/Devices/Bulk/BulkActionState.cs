namespace Breeze.Core.Devices.Bulk;

/// <summary>How far an action is.</summary>
public static class BulkActionState
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";
    public const string Failed = "failed";
}
