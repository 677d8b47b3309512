using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Support;

/// <summary>Keeps samples by name and labels, as <c>system.network.io{eth0,receive}</c>.</summary>
sealed class RecordingSink : ICollectorSink
{
    public Dictionary<string, double> Samples { get; } = [];

    public HashSet<MetricDescriptor> Emitted { get; } = [];

    public List<string> LabelMistakes { get; } = [];

    public Dictionary<string, JsonElement> Inventory { get; } = [];

    public double this[string key] => Samples.TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"{key} is not among {string.Join(", ", Samples.Keys)}");

    public void Add(MetricDescriptor metric, double value, params ReadOnlySpan<string> labels)
    {
        Emitted.Add(metric);
        if (labels.Length != metric.Labels.Count)
            LabelMistakes.Add(metric.Name);
        Samples[labels.Length == 0 ? metric.Name : $"{metric.Name}{{{string.Join(',', labels.ToArray())}}}"] = value;
    }

    public void AddInventory(string kind, ReadOnlyMemory<byte> utf8Json) => Inventory[kind] = JsonElement.Parse(utf8Json.Span);
}
