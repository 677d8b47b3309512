using System.Collections.Concurrent;
using Breeze.Core.Metrics;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>The rules of one partner that are in force.</summary>
sealed class RuleSet(CompiledRule[] rules)
{
    // Layouts are few and shared; one that is hostile is limited by who admits layouts.
    readonly ConcurrentDictionary<int, LayoutProgram> _programs = new();
    readonly Dictionary<Guid, CompiledRule> _byId = rules.ToDictionary(r => r.Rule.Id);

    public CompiledRule[] Rules { get; } = rules;

    public CompiledRule? Find(Guid id) => _byId.GetValueOrDefault(id);

    public LayoutProgram For(MetricLayoutEntry layout) =>
        _programs.TryGetValue(layout.Id, out var program) ? program : _programs.GetOrAdd(layout.Id, static (_, a) => LayoutProgram.Of(a.Rules, a.layout), (Rules, layout));
}
