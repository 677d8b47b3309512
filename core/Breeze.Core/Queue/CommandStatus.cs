namespace Breeze.Core.Queue;

/// <summary>The states of a command.</summary>
public static class CommandStatus
{
    public const string Queued = "queued";

    /// <summary>Handed to the agent, which has not confirmed it yet.</summary>
    public const string Sent = "sent";
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Timeout = "timeout";
    public const string Cancelled = "cancelled";
    public const string Rejected = "rejected";

    /// <summary>Nobody fetched it in time.</summary>
    public const string Expired = "expired";

    /// <summary>The states that an agent may report.</summary>
    public static bool IsReportable(string status) => status is Completed or Failed or Timeout or Cancelled or Rejected;

    public static bool IsFinal(string status) => IsReportable(status) || status == Expired;
}
