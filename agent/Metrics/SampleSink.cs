using System.Text;
using Breeze.Sdk;

namespace Breeze.Agent.Metrics;

/// <summary>Takes the readings of one collection and keeps out what the collector did not declare.</summary>
sealed class SampleSink(IReadOnlyList<MetricDescriptor> declared) : ICollectorSink
{
    const int MaximumNameBytes = 512;
    const int MaximumInventoryBytes = 4 << 20;

    public Dictionary<string, double> Values { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, byte[]> Inventory { get; } = new(StringComparer.Ordinal);

    /// <summary>What the collector did wrong, for whoever maintains it.</summary>
    public string? Fault { get; private set; }

    public void Add(MetricDescriptor metric, double value, params ReadOnlySpan<string> labels)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        if (Find(metric) is not { } known)
        {
            Fault = $"It emitted the metric '{metric.Name}', which it does not declare.";
            return;
        }

        if (known.Labels.Count != labels.Length)
        {
            Fault = $"It emitted '{metric.Name}' with {labels.Length} labels instead of {known.Labels.Count}.";
            return;
        }

        var name = SeriesName.Of(known.Name, known.Labels, labels);
        if (Encoding.UTF8.GetByteCount(name) > MaximumNameBytes)
        {
            Fault = $"A series of '{metric.Name}' has a name of more than {MaximumNameBytes} bytes.";
            return;
        }

        Values[name] = value;
    }

    public void AddInventory(string kind, ReadOnlyMemory<byte> utf8Json)
    {
        if (kind.Length is 0 or > 64 || kind.AsSpan().ContainsAnyExcept(AllowedInKind))
        {
            Fault = "It gave an inventory document under an invalid kind.";
        }
        else if (utf8Json.Length is 0 or > MaximumInventoryBytes)
        {
            Fault = $"Its inventory document '{kind}' is empty or larger than 4 MiB.";
        }
        else
        {
            Inventory[kind] = utf8Json.ToArray();
        }
    }

    static readonly System.Buffers.SearchValues<char> AllowedInKind =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    MetricDescriptor? Find(MetricDescriptor metric)
    {
        foreach (var known in declared)
        {
            if (ReferenceEquals(known, metric) || known.Name == metric.Name)
            {
                return known;
            }
        }

        return null;
    }
}
