using Breeze.Core.Expressions;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Rules;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>A rule as it is evaluated. Immutable but for its device sets.</summary>
sealed class CompiledRule
{
    readonly (Guid Organization, Guid? Site)[] _overridden;

    public CompiledRule(AlertRule rule, Node condition, Node? recovery, IEnumerable<AlertRule> overrides, Func<DeviceExpression, DeviceSet> setOf, Func<WindowField, Window> windowOf,
        DeviceExpression? target)
    {
        Rule = rule;
        ConditionText = ExpressionWriter.Write(condition);
        var compiler = new RuleCompiler(setOf, windowOf);
        Condition = compiler.Compile(condition);
        ConditionTimers = compiler.Timers;
        Recovery = recovery is null ? null : compiler.Compile(recovery);
        Timers = compiler.Timers;
        Leaves = [.. compiler.Leaves];
        Windows = [.. compiler.Windows];
        Target = target is null ? null : setOf(target);
        Sets = Target is null ? [.. compiler.Sets] : [.. compiler.Sets, Target];
        ConditionSets = [.. compiler.Sets];
        Anchor = rule.Per == AlertPer.Device ? null : Leaves.FirstOrDefault(l => l.HasSeries);
        WindowAnchor = rule.Per == AlertPer.Device || Leaves.Length > 0 ? null : Windows.FirstOrDefault(w => w.HasSeries);
        WindowAnchor?.IsAnchor = true;
        _overridden = [.. overrides.Where(o => o.OrganizationId is not null).Select(o => (o.OrganizationId!.Value, o.SiteId))];
        Span<long> timers = stackalloc long[64];
        HoldsOfNothing = Condition.Holds(new Frame(Guid.Empty, "", 1, default, [], timers));
    }

    public AlertRule Rule { get; }

    public string ConditionText { get; }

    public Check Condition { get; }

    public Check? Recovery { get; }

    public int ConditionTimers { get; }

    public int Timers { get; }

    public ReadingLeaf[] Leaves { get; }

    /// <summary>Its comparisons with what stored readings say.</summary>
    public WindowLeaf[] Windows { get; }

    public DeviceSet[] Sets { get; }

    public DeviceSet[] ConditionSets { get; }

    public DeviceSet? Target { get; }

    /// <summary>The leaf whose series have an alert each; null for one alert of the device.</summary>
    public ReadingLeaf? Anchor { get; }

    /// <summary>The same where no reading is looked at by itself.</summary>
    public WindowLeaf? WindowAnchor { get; }

    /// <summary>What the value of its alerts is of.</summary>
    public ExpressionField? ValueField => (Anchor ?? Leaves.FirstOrDefault())?.Field ?? (WindowAnchor ?? Windows.FirstOrDefault())?.Field;

    /// <summary>Whether all that it asks of stored readings has been answered once. Before, nothing is decided by it.</summary>
    public bool IsReady
    {
        get
        {
            foreach (var leaf in Windows)
            {
                if (!leaf.Window.IsLoadedFor(Rule.PartnerId))
                {
                    return false;
                }
            }
            return true;
        }
    }

    /// <summary>Whether it looks at readings; otherwise it is evaluated at ticks.</summary>
    public bool IsOfReadings => Leaves.Length > 0;

    /// <summary>Whether it holds for a device that is in none of its sets.</summary>
    public bool HoldsOfNothing { get; }

    public bool AppliesTo(Guid device, AgentPlace place)
    {
        if ((Rule.OrganizationId is { } organization && organization != place.OrganizationId) || (Rule.SiteId is { } site && site != place.SiteId))
        {
            return false;
        }
        foreach (var (overriddenOrganization, overriddenSite) in _overridden)
        {
            if (overriddenOrganization == place.OrganizationId && (overriddenSite is null || overriddenSite == place.SiteId))
            {
                return false;
            }
        }
        return Target is null || Target.Contains(device);
    }
}
