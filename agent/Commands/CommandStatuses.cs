using Breeze.Sdk;

namespace Breeze.Agent.Commands;

/// <summary>The words of the wire for how a command ended.</summary>
static class CommandStatuses
{
    public const string Failed = "failed";

    public static string Word(CommandStatus status) => status switch
    {
        CommandStatus.Completed => "completed",
        CommandStatus.Timeout => "timeout",
        CommandStatus.Cancelled => "cancelled",
        CommandStatus.Rejected => "rejected",
        _ => Failed,
    };
}
