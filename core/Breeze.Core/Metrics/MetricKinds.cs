using System.Collections.Concurrent;
using Breeze.Sdk;

namespace Breeze.Core.Metrics;

/// <summary>How the values of metrics relate over time, as their definitions say; a metric that nobody declares is a gauge.</summary>
public sealed class MetricKinds(IReadOnlyDictionary<string, MetricDefinitionRow> definitions)
{
    readonly ConcurrentDictionary<int, MetricKind[]> _byLayout = new();

    public MetricDefinitionRow? Find(string name) => definitions.GetValueOrDefault(name);

    public MetricKind[] Of(MetricLayoutEntry layout) =>
        _byLayout.GetOrAdd(layout.Id, static (_, arg) => Array.ConvertAll(arg.layout.Names, n => arg.self.Of(MetricName.Bare(n))), (layout, self: this));

    public MetricKind Of(string name) => definitions.GetValueOrDefault(name)?.Kind switch
    {
        "counter" => MetricKind.Counter,
        "state" => MetricKind.State,
        _ => MetricKind.Gauge,
    };
}
