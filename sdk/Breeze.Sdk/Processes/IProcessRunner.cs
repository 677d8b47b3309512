namespace Breeze.Sdk;

/// <summary>Starts child processes in the one way that Breeze allows: argument lists, bounded time, no survivors. Safe from any thread.</summary>
public interface IProcessRunner
{
    /// <summary>
    /// Runs a process to its end and streams its output. At the time-out or on cancellation the whole tree is ended, children that left
    /// their parent included. Never throws for what the process does: see <see cref="ProcessOutcome"/>.
    /// </summary>
    ValueTask<ProcessOutcome> RunAsync(ProcessSpec spec, ICommandOutput output, CancellationToken cancellationToken);

    /// <summary>Finds an executable by name on the search path; <see langword="null"/> when there is none.</summary>
    string? Find(string fileName);
}
