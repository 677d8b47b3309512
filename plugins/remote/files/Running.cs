using Breeze.Remote.Files.Transfers;

namespace Breeze.Remote.Files;

/// <summary>A request that is being worked on.</summary>
sealed class Running(CancellationToken sessionEnding) : IDisposable
{
    readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(sessionEnding);
    readonly Lock _gate = new();
    bool _disposed;

    public CancellationToken Token => _ending.Token;

    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>Where pieces of an upload go.</summary>
    public Upload? Upload { get; set; }

    /// <summary>Why it was ended from this side.</summary>
    public FileFault? Fault { get; private set; }

    /// <summary>Whether nothing is to be kept for going on later.</summary>
    public bool Discard { get; private set; }

    public void Cancel(bool discard)
    {
        Discard = discard;
        Cancel();
    }

    public void Fail(FileFault fault)
    {
        Fault ??= fault;
        Cancel();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _ending.Dispose();
        }
    }

    void Cancel()
    {
        lock (_gate)
        {
            if (!_disposed)
                _ = _ending.CancelAsync();
        }
    }
}
