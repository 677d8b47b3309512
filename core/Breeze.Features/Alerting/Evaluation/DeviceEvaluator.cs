using Breeze.Core.Metrics;
using Breeze.Core.Transport;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>Takes what a partner's rules have of one device on by a reading, or by a moment without one.</summary>
sealed class DeviceEvaluator(AlertMachine machine)
{
    static readonly SeriesProgram Whole = new("", []);

    public void AtReading(DeviceState state, AgentPlace place, RuleSet rules, in Reading reading)
    {
        if (reading.AtMs <= state.NewestMs)
        {
            return;
        }
        state.NewestMs = reading.AtMs;
        foreach (var program in rules.For(reading.Layout).Rules)
        {
            if (!program.IsMeasured(reading.Values) || !program.Rule.IsReady)
            {
                continue;
            }
            foreach (var series in program.Series)
            {
                if (program.IsMeasured(reading.Values, series))
                {
                    machine.Step(state, place, program.Rule, series, reading.Values, reading.AtMs);
                }
            }
            if (state.Alerts.Count > 0 && program.Rule.Anchor is not null)
            {
                EndGone(state, place, program, reading);
            }
        }
    }

    /// <summary>For a rule that looks at no reading by itself.</summary>
    /// <param name="state">The device's.</param>
    /// <param name="place">Where the device is.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="atMs">The moment.</param>
    /// <param name="isOffline">Whether the device is away: what fires because of its readings goes on while there are none.</param>
    public void AtTick(DeviceState state, AgentPlace place, CompiledRule rule, long atMs, bool isOffline)
    {
        var mayEnd = rule.Windows.Length == 0 || !isOffline;
        if (rule.WindowAnchor is not { } anchor)
        {
            machine.Step(state, place, rule, Whole, default, atMs, mayEnd);
            return;
        }
        // Each series that stored readings have of the device, and each with something open.
        var open = state.Alerts.Where(a => a.RuleId == rule.Rule.Id && a.Phase != AlertPhase.Idle).Select(a => a.Label);
        foreach (var label in anchor.Window.Of(state.Device).Select(v => v.Label).Concat(open).Distinct().ToArray())
        {
            machine.Step(state, place, rule, new(label, []), default, atMs, mayEnd);
        }
    }

    /// <summary>A series that a reading of its metric no longer has is gone: its alert sees no value.</summary>
    void EndGone(DeviceState state, AgentPlace place, RuleProgram program, in Reading reading)
    {
        for (var i = state.Alerts.Count - 1; i >= 0; i--)
        {
            var alert = state.Alerts[i];
            if (alert.RuleId == program.Rule.Rule.Id && alert.Phase != AlertPhase.Idle && !program.Has(alert.Label))
            {
                machine.Step(state, place, program.Rule, new(alert.Label, program.Gone), reading.Values, reading.AtMs);
            }
        }
    }
}
