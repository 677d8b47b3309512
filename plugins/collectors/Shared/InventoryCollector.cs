using Breeze.Sdk;

namespace Breeze.Collectors;

/// <summary>
/// Reports one inventory document. A reading that may take longer than a collection is allowed to runs beside the collections, and the next one
/// after its end reports it.
/// </summary>
sealed class InventoryCollector(string kind, TimeSpan every, bool isSlow) : ICollector
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    static readonly TimeSpan Poll = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    TimeProvider _time = TimeProvider.System;
    Func<CancellationToken, ValueTask<byte[]>>? _read;
    CancellationTokenSource? _ending;
    Task<byte[]>? _reading;
    long? _started;

    public string Name => kind;

    public IReadOnlyList<MetricDescriptor> Metrics => [];

    public TimeSpan? Interval => isSlow && Poll < every ? Poll : every;

    /// <summary>Begins; the function makes the document in UTF-8.</summary>
    public void Start(Func<CancellationToken, ValueTask<byte[]>> read, TimeProvider time)
    {
        lock (_gate)
            (_read, _time, _ending, _started) = (read, time, new CancellationTokenSource(), null);
    }

    /// <summary>Ends a reading that still runs, and waits for it: nothing of this generation may run on.</summary>
    public async ValueTask StopAsync()
    {
        Task<byte[]>? reading;
        CancellationTokenSource? ending;
        lock (_gate)
        {
            (reading, ending) = (_reading, _ending);
            (_read, _reading, _ending) = (null, null, null);
        }
        if (ending is null)
            return;
        await ending.CancelAsync().ConfigureAwait(false);
        if (reading is not null)
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    public async ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken)
    {
        Task<byte[]>? reading;
        lock (_gate)
        {
            if (_read is not { } read || _ending is not { } ending)
                return;
            if (_reading is null && (!isSlow || _started is not { } started || _time.GetElapsedTime(started) >= every))
            {
                _started = _time.GetTimestamp();
                var stop = ending.Token;
                _reading = Task.Run(() => read(stop).AsTask(), CancellationToken.None);
            }
            reading = _reading;
        }
        if (reading is null)
            return;
        try
        {
            await reading.WaitAsync(Patience, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!reading.IsCompleted)
        {
            return;
        }
        finally
        {
            if (reading.IsCompleted)
                Forget(reading);
        }
        sink.AddInventory(kind, await reading.ConfigureAwait(false));
    }

    void Forget(Task<byte[]> reading)
    {
        lock (_gate)
        {
            if (_reading == reading)
                _reading = null;
        }
    }
}
