using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Evaluation;
using Breeze.Features.Alerting.Inbox;

namespace Breeze.Features.Alerting.Backtest;

/// <param name="Id">The device's.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Name">What people call it.</param>
sealed record ReplayDevice(Guid Id, AgentPlace Place, string Name);

/// <summary>One rule told the readings of one device after the other, by the evaluation that readings go through when they arrive.</summary>
sealed class Replay
{
    /// <summary>A device that says nothing for so long was away, and what had begun by its readings is lost.</summary>
    const long AwayMs = 11 * 60_000;

    /// <summary>More are counted and not kept.</summary>
    const int MostKept = 20_000;

    readonly CompiledRule _rule;
    readonly RuleSet _rules;
    readonly ReplayWindow[] _windows;
    readonly DeviceEvaluator _evaluator;
    readonly DateTimeOffset _from;
    readonly bool _isLow;
    readonly List<BacktestFired> _fired = [];
    readonly SortedDictionary<DateOnly, int> _perDay = [];
    readonly Dictionary<string, (long FromMs, double Peak)> _open = [];
    readonly List<(string Label, long FromMs, long? UntilMs, double Peak)> _ended = [];
    ReplayDevice _device = null!;
    DeviceState _state = null!;
    long _lastMs;
    int _total;

    public Replay(CompiledRule rule, IReadOnlyList<Window> windows, DateTimeOffset from)
    {
        (_rule, _rules, _from) = (rule, new([rule]), from);
        _windows = [.. windows.Select(w => new ReplayWindow(w))];
        _evaluator = new(new(Note));
        _isLow = (rule.Anchor ?? rule.Leaves.FirstOrDefault())?.Comparison is Comparison.Less or Comparison.LessOrEqual
            || (rule.Leaves.Length == 0 && (rule.WindowAnchor ?? rule.Windows.FirstOrDefault())?.Comparison is Comparison.Less or Comparison.LessOrEqual);
    }

    /// <summary>How much of the past its windows want.</summary>
    public TimeSpan Past => _windows.Select(w => w.Past).DefaultIfEmpty().Max();

    public void Begin(ReplayDevice device)
    {
        (_device, _state, _lastMs) = (device, new(device.Id), 0);
        Abandon();
        Array.ForEach(_windows, w => w.Clear());
    }

    public void Take(Reading reading)
    {
        foreach (var window in _windows)
        {
            window.Add(_device.Id, reading);
        }
        if (reading.AtMs < _from.ToUnixTimeMilliseconds())
        {
            return;
        }
        if (_lastMs > 0 && reading.AtMs - _lastMs > AwayMs)
        {
            _state.Alerts.RemoveAll(a => a.Phase == AlertPhase.Pending);
        }
        _lastMs = reading.AtMs;
        if (_rule.IsOfReadings)
        {
            _evaluator.AtReading(_state, _device.Place, _rules, reading);
        }
        else
        {
            _evaluator.AtTick(_state, _device.Place, _rule, reading.AtMs, isOffline: false);
        }
        if (_open.Count > 0)
        {
            FollowPeaks(reading);
        }
    }

    public void End()
    {
        _ended.AddRange(_open.Select(o => (o.Key, o.Value.FromMs, (long?)null, o.Value.Peak)));
        foreach (var (label, fromMs, untilMs, peak) in _ended)
        {
            var from = DateTimeOffset.FromUnixTimeMilliseconds(fromMs);
            var day = DateOnly.FromDateTime(from.UtcDateTime);
            _perDay[day] = _perDay.GetValueOrDefault(day) + 1;
            _total++;
            if (_fired.Count < MostKept)
            {
                _fired.Add(new(
                    _device.Id, _device.Name, label, from, untilMs is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null, double.IsFinite(peak) ? peak : null, AlertTexts.Value(_rule, peak)));
            }
        }
        Abandon();
    }

    /// <summary>What is known of the device that was begun does not count.</summary>
    public void Abandon()
    {
        _open.Clear();
        _ended.Clear();
    }

    public BacktestAnswer Answer(DateTimeOffset to, int looked, int total, IReadOnlyList<string> notes)
    {
        var (first, last) = (DateOnly.FromDateTime(_from.UtcDateTime), DateOnly.FromDateTime(to.UtcDateTime));
        BacktestDay[] days = [.. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays).Select(day => new BacktestDay(day, _perDay.GetValueOrDefault(day)))];
        return new(_from, to, [.. _fired.OrderByDescending(f => f.From).Take(Backtests.MostShown)], _total, days, looked, total, notes);
    }

    void Note(AlertChange change)
    {
        if (change.Event is AlertEventKinds.Firing or AlertEventKinds.Reopened)
        {
            _open[change.Label] = (change.AtMs, change.Value);
        }
        else if (change.Event == AlertEventKinds.Resolved && _open.Remove(change.Label, out var open))
        {
            _ended.Add((change.Label, open.FromMs, change.AtMs, open.Peak));
        }
    }

    void FollowPeaks(in Reading reading)
    {
        var programs = _rules.For(reading.Layout).Rules;
        foreach (var label in _open.Keys.ToArray())
        {
            var value = double.NaN;
            if (!_rule.IsOfReadings)
            {
                value = (_rule.WindowAnchor ?? _rule.Windows[0]).Shown(_device.Id, label);
            }
            else if (programs.Length > 0 && Array.Find(programs[0].Series, s => s.Label == label) is { } series)
            {
                var leaf = _rule.Anchor ?? _rule.Leaves[0];
                value = leaf.Shown(reading.Values, series.Places[leaf.Index]);
            }
            var (fromMs, peak) = _open[label];
            if (double.IsFinite(value) && (!double.IsFinite(peak) || (_isLow ? value < peak : value > peak)))
            {
                _open[label] = (fromMs, value);
            }
        }
    }
}
