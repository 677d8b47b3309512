using Breeze.Sdk;

namespace Breeze.Collectors.Hardware;

/// <summary>Adds the collector of the hardware inventory.</summary>
public sealed class HardwarePlugin : IBreezePlugin
{
    readonly HardwareCollector _collector = new();

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddCollector(_collector);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        _collector.Start(HardwareReaders.ForThisSystem(context.Processes), HardwareOptions.Read(context.Settings));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken)
    {
        _collector.Stop();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
