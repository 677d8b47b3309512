using Breeze.Agent.Metrics;
using Breeze.Protocol;

namespace Breeze.Agent.Wake;

/// <summary>Sends readings often while somebody watches this device.</summary>
sealed class LiveWatch(Collection collection, ChannelOutbox outbox, TimeProvider time)
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    readonly Lock _gate = new();
    DateTimeOffset _until;
    TimeSpan _interval;
    bool _running;

    /// <summary>Begins, or goes on for longer; returns at once.</summary>
    public void Watch(int seconds, int intervalSeconds, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _until = time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));
            _interval = TimeSpan.FromSeconds(Math.Clamp(intervalSeconds, 1, 3600));
            if (!_running && seconds > 0)
            {
                _running = true;
                _ = RunAsync(cancellationToken);
            }
        }
    }

    async Task RunAsync(CancellationToken cancellationToken)
    {
        // Away from the thread that reads the channel.
        await Task.Yield();
        try
        {
            while (GoesOn(out var interval))
            {
                var pause = Task.Delay(interval, time, cancellationToken);
                var values = await collection.CollectNowAsync(cancellationToken);
                outbox.TryWrite(new ChannelMessage(ChannelMessageTypes.Live)
                {
                    At = time.GetUtcNow().ToUnixTimeMilliseconds(),
                    Metrics = values,
                });
                await pause;
            }
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                _running = false;
            }
        }
    }

    bool GoesOn(out TimeSpan interval)
    {
        lock (_gate)
        {
            interval = _interval;
            return _running = outbox.IsOpen && time.GetUtcNow() < _until;
        }
    }
}
