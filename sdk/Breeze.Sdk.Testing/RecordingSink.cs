using System.Text;
using System.Text.Json;

namespace Breeze.Sdk.Testing;

/// <summary>Takes readings as a host does, but fails the test for what a host would drop and report.</summary>
sealed class RecordingSink(ICollector collector) : ICollectorSink
{
    readonly Dictionary<string, Sample> samples = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> inventory = new(StringComparer.Ordinal);

    public void Add(MetricDescriptor metric, double value, params ReadOnlySpan<string> labels)
    {
        if (!collector.Metrics.Contains(metric))
        {
            throw new PluginTestException($"The collector {collector.Name} adds a sample of {metric.Name}, which its Metrics do not declare.");
        }

        if (labels.Length != metric.Labels.Count)
        {
            throw new PluginTestException($"{metric.Name} has {metric.Labels.Count} labels, but the sample has {labels.Length} values.");
        }

        if (double.IsFinite(value))
        {
            samples[$"{metric.Name}\n{string.Join('\n', labels!)}"] = new Sample(metric, value, [.. labels]);
        }
    }

    public void AddInventory(string kind, ReadOnlyMemory<byte> utf8Json)
    {
        using var document = JsonDocument.Parse(utf8Json);
        inventory[kind] = document.RootElement.ValueKind is JsonValueKind.Object
            ? Encoding.UTF8.GetString(utf8Json.Span)
            : throw new PluginTestException($"The inventory document {kind} must be a JSON object.");
    }

    public Reading ToReading() => new([.. samples.Values], inventory);
}
