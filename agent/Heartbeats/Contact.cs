namespace Breeze.Agent.Heartbeats;

/// <summary>Whether the server answers.</summary>
sealed class Contact(TimeProvider time)
{
    readonly Lock _gate = new();
    DateTimeOffset? _lastAt;
    string? _error;
    bool _online;

    public event Action? Changed;

    public bool IsOnline
    {
        get
        {
            lock (_gate)
            {
                return _online;
            }
        }
    }

    public (DateTimeOffset? LastAt, string? Error) Read()
    {
        lock (_gate)
        {
            return (_lastAt, _error);
        }
    }

    /// <summary>Returns whether the server was away before.</summary>
    public bool Made()
    {
        bool wasAway;
        lock (_gate)
        {
            wasAway = !_online;
            _online = true;
            _lastAt = time.GetUtcNow();
            _error = null;
        }

        Changed?.Invoke();
        return wasAway;
    }

    public void Lost(string error)
    {
        lock (_gate)
        {
            _online = false;
            _error = error;
        }

        Changed?.Invoke();
    }
}
