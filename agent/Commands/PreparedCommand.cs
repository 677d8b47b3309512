using Breeze.Sdk;

namespace Breeze.Agent.Commands;

/// <summary>A command that is ready to start, or the reason why it cannot.</summary>
sealed record PreparedCommand : IDisposable
{
    public CommandOutcome? Refusal { get; init; }

    public Func<ICommandOutput, CancellationToken, ValueTask<CommandOutcome>>? Run { get; init; }

    /// <summary>Cancelled when the plugin that carries it out must end.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>How much longer than its time-out it may take before it is given up: for those that watch their own time.</summary>
    public TimeSpan Grace { get; init; }

    public IDisposable? Lease { get; init; }

    public static PreparedCommand Refused(string message) => new() { Refusal = CommandOutcome.Rejected(message) };

    public void Dispose() => Lease?.Dispose();
}
