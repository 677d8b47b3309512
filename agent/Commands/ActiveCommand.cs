using Breeze.Protocol;

namespace Breeze.Agent.Commands;

/// <summary>A command that waits for its turn or runs.</summary>
sealed class ActiveCommand(AgentCommand command) : IDisposable
{
    readonly CancellationTokenSource _cancel = new();
    int _disposed;

    public AgentCommand Command { get; } = command;

    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>Whether the agent's own end cancelled it rather than a person.</summary>
    public bool AgentStops { get; private set; }

    public Task Completion { get; set; } = Task.CompletedTask;

    public void Cancel(bool agentStops)
    {
        lock (_cancel)
        {
            if (_disposed == 0)
            {
                AgentStops |= agentStops;
                // Not on this thread: what is registered there belongs to plugins.
                _ = _cancel.CancelAsync();
            }
        }
    }

    public void Dispose()
    {
        lock (_cancel)
        {
            _disposed = 1;
        }
    }
}
