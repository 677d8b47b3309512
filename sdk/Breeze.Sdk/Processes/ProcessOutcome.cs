namespace Breeze.Sdk;

/// <summary>How a process ended.</summary>
/// <param name="End">In what way.</param>
/// <param name="ExitCode">The exit code when it <see cref="ProcessEnd.Exited"/>; 128 + n when signal n ended it on Unix.</param>
/// <param name="Message">When it could not start: why, for a person.</param>
public sealed record ProcessOutcome(ProcessEnd End, int? ExitCode = null, string? Message = null)
{
    /// <summary>The command outcome that says the same.</summary>
    public CommandOutcome ToCommandOutcome(TimeSpan timeout) => End switch
    {
        ProcessEnd.Exited => CommandOutcome.Completed(ExitCode ?? 0),
        ProcessEnd.TimedOut => CommandOutcome.TimedOut($"Ended after its time-out of {timeout.TotalSeconds:0.#} s, with all its child processes."),
        ProcessEnd.Cancelled => CommandOutcome.Cancelled("Cancelled, and ended with all its child processes."),
        _ => CommandOutcome.Failed(Message ?? "The process could not be started."),
    };
}
