using System.Threading.Tasks.Sources;
using Breeze.Core.Metrics;

namespace Breeze.Core.Transport;

/// <summary>One heartbeat on its way to the database. Its task completes after the commit. Pooled: awaiting it once gives it back.</summary>
sealed class IngestItem : IValueTaskSource
{
    // Whoever completes an item runs what waits for it: the writer hands that to the thread pool, many items at a time.
    ManualResetValueTaskSourceCore<bool> _core;
    readonly IngestPipeline _owner;

    public IngestItem(IngestPipeline owner) => _owner = owner;

    public AgentEntry Agent { get; set; } = null!;
    public long NowMs { get; set; }
    public string AgentStatus { get; set; } = "";
    public string Address { get; set; } = "";
    public bool MayHaveBeenOffline { get; set; }
    public Reading? Reading { get; set; }
    public List<Reading>? MoreReadings { get; set; }

    /// <summary>What it says of the device beside the readings; of several the newest counts.</summary>
    public Presence Presence
    {
        get
        {
            var newest = Reading;
            foreach (var reading in MoreReadings ?? [])
            {
                newest = newest is { } known && known.AtMs >= reading.AtMs ? known : reading;
            }
            return new(NowMs, AgentStatus, Address, newest is { } found ? KeyFigures.Of(found) : KeyFigures.None);
        }
    }

    public ValueTask Task => new(this, _core.Version);

    public void Complete() => _core.SetResult(true);

    public void Fail(Exception error) => _core.SetException(error);

    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            Reading = null;
            MoreReadings = null;
            _owner.Return(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
