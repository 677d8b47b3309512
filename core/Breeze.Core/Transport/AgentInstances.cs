namespace Breeze.Core.Transport;

/// <summary>
/// Finds out that two machines report as one device. Each start of an agent has a random name of its own, so one that was superseded never
/// comes back, unless the agent's state was copied and two of it live.
/// </summary>
public sealed class AgentInstances
{
    const int Remembered = 8;
    // A request of a process that has just ended may be late, once.
    const int Tolerated = 1;

    readonly Lock _gate = new();
    readonly Queue<string> _superseded = new();
    volatile string? _current;
    int _returns;

    public string? Current => _current;

    /// <summary>Takes note of who reports; true when it is certain that there are two.</summary>
    public bool Observe(string instance)
    {
        if (instance == _current)
        {
            return false;
        }
        lock (_gate)
        {
            var returned = _superseded.Contains(instance);
            if (_current is { } previous && !_superseded.Contains(previous))
            {
                _superseded.Enqueue(previous);
                if (_superseded.Count > Remembered)
                {
                    _superseded.Dequeue();
                }
            }
            _current = instance;
            if (!returned || ++_returns <= Tolerated)
            {
                return false;
            }
            Forget();
            return true;
        }
    }

    /// <summary>Begins anew: what was there is dealt with.</summary>
    void Forget()
    {
        _superseded.Clear();
        _returns = 0;
    }
}
