using Breeze.Core.Transport;
using Breeze.Features.Alerting.Inbox;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>Takes one alert from state to state: idle, pending, firing. The same at readings and at ticks.</summary>
sealed class AlertMachine(Action<AlertChange> emit)
{
    /// <param name="state">The device's, locked.</param>
    /// <param name="place">Where the device is.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="series">The series, and where its values stand.</param>
    /// <param name="values">The reading; empty at a tick.</param>
    /// <param name="atMs">Its time.</param>
    /// <param name="mayEnd">Whether what fires may end by this.</param>
    public void Step(DeviceState state, AgentPlace place, CompiledRule rule, SeriesProgram series, ReadOnlySpan<double> values, long atMs, bool mayEnd = true)
    {
        var alert = state.Find(rule.Rule.Id, series.Label);
        if (alert is not null && atMs <= alert.EvaluatedAtMs)
        {
            return;
        }
        var phase = alert?.Phase ?? AlertPhase.Idle;
        Span<long> timers = stackalloc long[rule.Timers];
        timers.Clear();
        var isSameRule = alert is not null && alert.Version == rule.Rule.Version && alert.Timers.Length == rule.Timers;
        if (phase != AlertPhase.Idle && isSameRule)
        {
            alert!.Timers.CopyTo(timers);
        }
        else if (phase == AlertPhase.Firing)
        {
            // The rule was changed: what holds by its new words counts as holding since the alert began.
            timers[..rule.ConditionTimers].Fill(alert!.StartedAtMs);
        }
        var frame = new Frame(state.Device, series.Label, atMs, values, series.Places, timers);
        var holds = rule.Condition.Holds(frame);
        var since = Since(timers[..rule.ConditionTimers]);
        if (phase == AlertPhase.Idle && !holds && since == 0)
        {
            return;
        }
        if (!rule.AppliesTo(state.Device, place))
        {
            if (alert is not null && phase != AlertPhase.Idle)
            {
                End(state, alert, rule, atMs, "out_of_scope", double.NaN);
            }
            return;
        }
        if (phase == AlertPhase.Firing)
        {
            var ends = rule.Recovery is { } recovery ? recovery.Holds(frame) : !holds;
            if (ends && mayEnd)
            {
                End(state, alert!, rule, atMs, isSameRule ? "recovered" : "rule_changed", Shown(rule, state.Device, series, values));
            }
            else if (!isSameRule || !timers.SequenceEqual(alert!.Timers))
            {
                Keep(state, alert!, rule, timers, atMs, AlertStatus.Firing);
            }
            return;
        }
        if (holds)
        {
            Fire(state, alert, rule, series.Label, timers, atMs, since == 0 ? atMs : since, Shown(rule, state.Device, series, values));
        }
        else if (phase == AlertPhase.Idle)
        {
            var pending = Put(state, alert, rule, series.Label);
            pending.AlertId = Guid.CreateVersion7();
            (pending.Phase, pending.StartedAtMs) = (AlertPhase.Pending, since);
            Keep(state, pending, rule, timers, atMs, AlertStatus.Pending, isNew: true);
        }
        else if (since == 0)
        {
            End(state, alert!, rule, atMs, null, double.NaN);
        }
        else if (!isSameRule || !timers.SequenceEqual(alert!.Timers))
        {
            alert!.StartedAtMs = since;
            Keep(state, alert, rule, timers, atMs, AlertStatus.Pending);
        }
    }

    /// <summary>Ends what is open: a pending one was nothing, one that fires is resolved.</summary>
    public void End(DeviceState state, AlertState alert, CompiledRule? rule, long atMs, string? resolution, double value)
    {
        var fired = alert.Phase == AlertPhase.Firing;
        emit(new(alert.AlertId, rule, alert.RuleId, state.Device, alert.Label, fired ? AlertStatus.Resolved : null, false, fired ? AlertEventKinds.Resolved : null, atMs, alert.StartedAtMs, [], value,
            fired ? resolution : null));
        (alert.Phase, alert.Timers, alert.EvaluatedAtMs) = (AlertPhase.Idle, [], atMs);
        if (fired)
        {
            (alert.RecoveredId, alert.RecoveredAtMs) = (alert.AlertId, resolution == "recovered" ? atMs : 0);
        }
        if (alert.RecoveredAtMs == 0)
        {
            state.Alerts.Remove(alert);
        }
    }

    void Fire(DeviceState state, AlertState? alert, CompiledRule rule, string label, ReadOnlySpan<long> timers, long atMs, long since, double value)
    {
        alert = Put(state, alert, rule, label);
        var wasPending = alert.Phase == AlertPhase.Pending;
        var comesBack = alert.RecoveredAtMs > 0 && atMs - alert.RecoveredAtMs <= rule.Rule.ReopenMinutes * 60_000L;
        if (comesBack && wasPending)
        {
            emit(new(alert.AlertId, rule, rule.Rule.Id, state.Device, label, null, false, null, atMs, since, [], double.NaN, null));
        }
        if (comesBack)
        {
            alert.AlertId = alert.RecoveredId;
        }
        else if (!wasPending)
        {
            alert.AlertId = Guid.CreateVersion7();
        }
        (alert.Phase, alert.Version, alert.Timers, alert.StartedAtMs, alert.EvaluatedAtMs, alert.RecoveredAtMs) = (AlertPhase.Firing, rule.Rule.Version, timers.ToArray(), since, atMs, 0);
        emit(new(alert.AlertId, rule, rule.Rule.Id, state.Device, label, AlertStatus.Firing, !wasPending && !comesBack, comesBack ? AlertEventKinds.Reopened : AlertEventKinds.Firing, atMs, since, alert.Timers, value, null));
    }

    void Keep(DeviceState state, AlertState alert, CompiledRule rule, ReadOnlySpan<long> timers, long atMs, string status, bool isNew = false)
    {
        (alert.Version, alert.Timers, alert.EvaluatedAtMs) = (rule.Rule.Version, timers.ToArray(), atMs);
        emit(new(alert.AlertId, rule, rule.Rule.Id, state.Device, alert.Label, status, isNew, null, atMs, alert.StartedAtMs, alert.Timers, double.NaN, null));
    }

    static AlertState Put(DeviceState state, AlertState? alert, CompiledRule rule, string label)
    {
        if (alert is null)
        {
            alert = new(rule.Rule.Id, label);
            state.Alerts.Add(alert);
        }
        return alert;
    }

    static double Shown(CompiledRule rule, Guid device, SeriesProgram series, ReadOnlySpan<double> values)
    {
        if (rule.Leaves.Length == 0)
        {
            return rule.Windows.Length == 0 ? double.NaN : (rule.WindowAnchor ?? rule.Windows[0]).Shown(device, series.Label);
        }
        if (values.IsEmpty)
        {
            return double.NaN;
        }
        var leaf = rule.Anchor ?? rule.Leaves[0];
        return leaf.Shown(values, series.Places[leaf.Index]);
    }

    static long Since(ReadOnlySpan<long> timers)
    {
        var since = 0L;
        foreach (var timer in timers)
        {
            since = timer != 0 && (since == 0 || timer < since) ? timer : since;
        }
        return since;
    }
}
