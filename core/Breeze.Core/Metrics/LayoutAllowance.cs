namespace Breeze.Core.Metrics;

/// <summary>
/// How many new shapes of readings a device may bring in: enough for disks, interfaces and plugins that come and go, and not for labels that
/// change with every heartbeat. Refills over a day; kept in memory, since a restart may be generous once.
/// </summary>
public sealed class LayoutAllowance(TimeProvider time)
{
    public const int Layouts = 48;
    public const int Names = 12_000;
    const int SweepAt = 10_000;
    static readonly TimeSpan Refill = TimeSpan.FromDays(1);

    readonly Dictionary<Guid, (double Layouts, double Names, DateTimeOffset At)> _left = [];
    readonly Lock _gate = new();

    /// <summary>Takes a layout of so many names out of a device's allowance; false when too little is left.</summary>
    public bool TryTake(Guid device, int names)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            (double Layouts, double Names, DateTimeOffset At) left = _left.TryGetValue(device, out var found) ? Refilled(found, now) : (Layouts, Names, now);
            if (left.Layouts < 1 || left.Names < names)
            {
                _left[device] = left;
                return false;
            }
            _left[device] = (left.Layouts - 1, left.Names - names, now);
            if (_left.Count > SweepAt && _left.Count % 1000 == 0)
            {
                foreach (var (full, _) in _left.Where(l => now - l.Value.At > Refill).ToList())
                {
                    _left.Remove(full);
                }
            }
            return true;
        }
    }

    static (double, double, DateTimeOffset) Refilled((double Layouts, double Names, DateTimeOffset At) left, DateTimeOffset now)
    {
        var share = Math.Clamp((now - left.At) / Refill, 0, 1);
        return (Math.Min(Layouts, left.Layouts + share * Layouts), Math.Min(Names, left.Names + share * Names), now);
    }
}
