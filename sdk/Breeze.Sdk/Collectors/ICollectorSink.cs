namespace Breeze.Sdk;

/// <summary>Takes the readings of one collection. Not thread-safe; invalid after <see cref="ICollector.CollectAsync"/> has returned.</summary>
public interface ICollectorSink
{
    /// <summary>
    /// Adds a sample. NaN and infinities are dropped. A second sample with the same name and labels replaces the first.
    /// </summary>
    /// <param name="metric">A descriptor from <see cref="ICollector.Metrics"/>.</param>
    /// <param name="value">In the unit of the descriptor. Counters give the running total, not the difference.</param>
    /// <param name="labels">One value for each of the descriptor's <see cref="MetricDescriptor.Labels"/>, in that order.</param>
    void Add(MetricDescriptor metric, double value, params ReadOnlySpan<string> labels);

    /// <summary>
    /// Adds the current inventory document of a kind. The host sends it to the server only when its content changed. Declare its members
    /// in <see cref="ICollector.Inventory"/> and people can ask for them.
    /// </summary>
    /// <param name="kind">Lower case, such as <c>hardware</c>; at most 64 characters.</param>
    /// <param name="utf8Json">One JSON object in UTF-8, at most 4 MiB, with keys in snake_case and in a stable order.</param>
    void AddInventory(string kind, ReadOnlyMemory<byte> utf8Json);
}
