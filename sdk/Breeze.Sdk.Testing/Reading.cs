namespace Breeze.Sdk.Testing;

/// <summary>What one collection gave.</summary>
/// <param name="Samples">Every sample, the last one of each name and labels.</param>
/// <param name="Inventory">The JSON of each inventory document, by kind.</param>
public sealed record Reading(IReadOnlyList<Sample> Samples, IReadOnlyDictionary<string, string> Inventory)
{
    /// <summary>The value of the one sample with this name and these labels.</summary>
    /// <exception cref="PluginTestException">There is none.</exception>
    public double this[string metric, params string[] labels] =>
        (Samples.FirstOrDefault(sample => sample.Metric.Name == metric && sample.Labels.SequenceEqual(labels))
            ?? throw new PluginTestException(
                $"No sample {metric} [{string.Join(", ", labels)}] was collected; there are {string.Join(", ", Samples.Select(sample => sample.Metric.Name).Distinct())}."))
        .Value;
}
