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
