using Breeze.Agent.Spool;

namespace Breeze.Agent.Metrics;

/// <summary>
/// Readings on their way to the server. While it can be reached they need not touch the disk; as soon as it cannot, every one goes there
/// before anything else happens with it.
/// </summary>
sealed class SampleBuffer(MetricSpool spool)
{
    readonly Lock _gate = new();
    readonly List<Reading> _fresh = [];
    bool _offline;
    long _lastAt;

    public bool IsOffline
    {
        get
        {
            lock (_gate)
            {
                return _offline;
            }
        }
    }

    /// <summary>Gives each reading a time of its own: the server keeps one sample per device and millisecond.</summary>
    public long NextTime(DateTimeOffset now)
    {
        lock (_gate)
        {
            var at = now.ToUnixTimeMilliseconds();
            return _lastAt = at == _lastAt ? at + 1 : at;
        }
    }

    public void Add(Reading reading)
    {
        lock (_gate)
        {
            _fresh.Add(reading);
            if (_offline || _fresh.Count >= MetricSpool.BatchReadings)
            {
                Spill();
            }
        }
    }

    /// <summary>Takes what is fresh, newest first.</summary>
    public List<Reading> Take()
    {
        lock (_gate)
        {
            List<Reading> taken = [.. _fresh.OrderByDescending(reading => reading.Sample.At)];
            _fresh.Clear();
            return taken;
        }
    }

    public void Online()
    {
        lock (_gate)
        {
            _offline = false;
        }
    }

    /// <summary>Keeps on disk what could not be delivered, and all that comes until the server is back.</summary>
    public void Offline(IReadOnlyList<Reading> undelivered)
    {
        lock (_gate)
        {
            _offline = true;
            _fresh.AddRange(undelivered);
            Spill();
        }
    }

    /// <summary>Keeps on disk what nobody has taken; for the end of the process.</summary>
    public void Close() => Offline([]);

    void Spill()
    {
        if (_fresh.Count > 0)
        {
            spool.Append(_fresh);
            _fresh.Clear();
        }
    }
}
