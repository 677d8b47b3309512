namespace Breeze.Sdk;

/// <summary>A source of metrics and inventory on a device.</summary>
public interface ICollector
{
    /// <summary>Unique among the collectors of a host; lower case, such as <c>system</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Every metric this collector can emit. A sample whose name is not declared here is dropped and reported as a fault of the plugin.
    /// Constant for the life of the generation.
    /// </summary>
    IReadOnlyList<MetricDescriptor> Metrics { get; }

    /// <summary>
    /// The inventory documents whose members people can ask for in expressions; none unless the collector says so. A document that is not
    /// declared here is stored all the same. Constant for the life of the generation. A declaration that breaks the rules of
    /// <see cref="InventoryDescriptor"/> and <see cref="InventoryField"/> fails the packing and the upload of the plugin, by name.
    /// </summary>
    IReadOnlyList<InventoryDescriptor> Inventory => [];

    /// <summary>
    /// How often to collect; <see langword="null"/> means once per heartbeat. Use an hour for inventory. The host may collect more often
    /// while a technician watches the device.
    /// </summary>
    TimeSpan? Interval => null;

    /// <summary>
    /// Takes one reading. Called by one thread at a time. Should take milliseconds; cancelled after 10 s. An exception loses this reading
    /// of this collector and nothing else, and is reported with the plugin's status.
    /// </summary>
    ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken);
}
