namespace Breeze.Core.Identity;

/// <summary>The windows of this process, for while Redis is away: neither open nor closed to everybody.</summary>
sealed class LocalAttemptWindows : IAttemptWindows
{
    const int MaximumKeys = 50_000;

    readonly Lock _gate = new();
    readonly Dictionary<string, Entry> _entries = [];

    public Task<AttemptCount> ReadAsync(string key, long now, long window)
    {
        lock (_gate)
        {
            return Task.FromResult(_entries.TryGetValue(key, out var entry) ? entry.Count(now, window) : new(0, now));
        }
    }

    public Task<AttemptCount> AddAsync(string key, string attempt, long now, long window)
    {
        lock (_gate)
        {
            if (_entries.Count >= MaximumKeys)
            {
                Sweep(now);
            }
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries[key] = entry = new Entry();
            }
            entry.Attempts.Add((now, attempt));
            entry.Until = now + window;
            return Task.FromResult(entry.Count(now, window));
        }
    }

    public Task RemoveAsync(string key, string attempt)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                entry.Attempts.RemoveAll(a => a.Attempt == attempt);
            }
        }
        return Task.CompletedTask;
    }

    public Task ForgetAsync(string key)
    {
        lock (_gate)
        {
            _entries.Remove(key);
        }
        return Task.CompletedTask;
    }

    void Sweep(long now)
    {
        foreach (var key in _entries.Where(e => e.Value.Until <= now || e.Value.Attempts.Count == 0).Select(e => e.Key).ToList())
        {
            _entries.Remove(key);
        }
        // Still full means a flood of keys: the oldest half has to make room.
        foreach (var key in _entries.Count < MaximumKeys ? [] : _entries.OrderBy(e => e.Value.Until).Take(MaximumKeys / 2).Select(e => e.Key).ToList())
        {
            _entries.Remove(key);
        }
    }

    sealed class Entry
    {
        public List<(long At, string Attempt)> Attempts { get; } = [];
        public long Until { get; set; }

        public AttemptCount Count(long now, long window)
        {
            Attempts.RemoveAll(a => a.At <= now - window);
            return new(Attempts.Count, Attempts.Count > 0 ? Attempts.Min(a => a.At) : now);
        }
    }
}
