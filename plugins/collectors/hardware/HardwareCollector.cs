using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Hardware;

/// <summary>Reports the inventory document <c>hardware</c>.</summary>
sealed class HardwareCollector : ICollector
{
    volatile IHardwareReader? _reader;
    HardwareOptions _options = new(SerialNumbers: true);

    public string Name => "hardware";

    public IReadOnlyList<MetricDescriptor> Metrics => [];

    /// <summary>What the server has no column for.</summary>
    public IReadOnlyList<InventoryDescriptor> Inventory { get; } =
    [
        new("hardware", "What the device is made of.")
        {
            Fields =
            [
                new("chassis", InventoryValue.Text, "The kind of case: desktop, laptop, server, all-in-one, tablet, convertible or handheld."),
                new("bios.vendor", InventoryValue.Text, "Who made the firmware."),
                new("bios.version", InventoryValue.Version, "The version of the firmware."),
                new("bios.date", InventoryValue.Time, "When the firmware was released."),
                new("os.kernel", InventoryValue.Version, "The version of the operating system's kernel."),
                new("cpu.sockets", InventoryValue.Number, "The processors that are plugged in."),
            ],
        },
    ];

    public TimeSpan? Interval => TimeSpan.FromHours(1);

    public void Start(IHardwareReader reader, HardwareOptions options) => (_options, _reader) = (options, reader);

    public void Stop() => _reader = null;

    public async ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken)
    {
        if (_reader is not { } reader)
            return;
        var machine = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var document = machine with { NetworkInterfaces = NetworkInventory.Read(), Os = OsInventory.Complete(machine.Os) };
        if (!_options.SerialNumbers)
            document = document.WithoutSerialNumbers();
        sink.AddInventory("hardware", JsonSerializer.SerializeToUtf8Bytes(document, HardwareJson.Default.HardwareDocument));
    }
}
