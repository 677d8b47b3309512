namespace Breeze.Sdk;

/// <summary>How a command ended.</summary>
/// <param name="Status">The final state.</param>
/// <param name="ExitCode">The exit code of the process, when there was one that ended by itself.</param>
/// <param name="Message">For a person, when the command did not complete: what happened and what to do. It is appended to standard error.</param>
public sealed record CommandOutcome(CommandStatus Status, int? ExitCode = null, string? Message = null)
{
    /// <summary>The command ran to its end. A non-zero exit code still means that it ran.</summary>
    public static CommandOutcome Completed(int exitCode = 0) => new(CommandStatus.Completed, exitCode);

    /// <summary>The command could not do its work.</summary>
    public static CommandOutcome Failed(string message, int? exitCode = null) => new(CommandStatus.Failed, exitCode, message);

    /// <summary>The command took longer than it was given; its whole process tree was ended.</summary>
    public static CommandOutcome TimedOut(string message) => new(CommandStatus.Timeout, null, message);

    /// <summary>A person or the host cancelled the command.</summary>
    public static CommandOutcome Cancelled(string message) => new(CommandStatus.Cancelled, null, message);

    /// <summary>The command was refused before anything happened: bad payload, unknown runtime, not allowed.</summary>
    public static CommandOutcome Rejected(string message) => new(CommandStatus.Rejected, null, message);
}
