namespace Breeze.Integration.Tests.Alerting;

/// <summary>One look at one series: what its comparisons say at a moment; null where nothing was measured.</summary>
sealed record Look(long Second, bool? High, bool? Low);

/// <summary>
/// What alerts are to be, written as plainly as possible: in order of time, each moment once, nothing that is late. One rule over one series, whose condition is
/// “high for so long” and whose recovery is “low”, or that it is no longer high.
/// </summary>
sealed class ReferenceAlerts(long forSeconds, bool hasRecovery, long reopenSeconds)
{
    readonly List<Line> _alerts = [];
    long _newest = long.MinValue;
    long? _highSince;
    Line? _open;

    /// <summary>Every alert as status, when it fired last, when it ended, how often it came back, and its events.</summary>
    public IEnumerable<string> Lines => _alerts.Select(a => $"{(a.Ended is null ? "firing" : "resolved")} {a.Fired} {a.Ended?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"} {a.Reopened} {a.Events}");

    public bool IsPending => _open is null && _highSince is not null;

    public void Take(Look look)
    {
        if (look.Second <= _newest)
        {
            return;
        }
        _newest = look.Second;
        if (look.High is not { } high)
        {
            return;
        }
        _highSince = high ? _highSince ?? look.Second : null;
        var holds = _highSince is { } since && look.Second - since >= forSeconds;
        if (_open is { } open)
        {
            if (hasRecovery ? look.Low == true : !holds)
            {
                (open.Ended, open.Events) = (look.Second, open.Events + ",resolved");
                // One that ended begins anew.
                (_open, _highSince) = (null, null);
            }
        }
        else if (holds)
        {
            var last = _alerts.Count > 0 ? _alerts[^1] : null;
            if (last is not null && look.Second - last.Ended <= reopenSeconds)
            {
                (last.Ended, last.Fired, last.Reopened, last.Events, _open) = (null, look.Second, last.Reopened + 1, last.Events + ",reopened", last);
            }
            else
            {
                _alerts.Add(_open = new() { Fired = look.Second, Events = "firing" });
            }
        }
    }

    sealed class Line
    {
        public long Fired { get; set; }

        public long? Ended { get; set; }

        public int Reopened { get; set; }

        public string Events { get; set; } = "";
    }
}
