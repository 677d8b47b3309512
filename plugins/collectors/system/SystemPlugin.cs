using Breeze.Sdk;

namespace Breeze.Collectors.System;

/// <summary>Adds the collector of CPU, memory, disk and network metrics.</summary>
public sealed class SystemPlugin : IBreezePlugin
{
    readonly SystemCollector _collector = new();

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddCollector(_collector);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        var options = SystemOptions.Read(context.Settings);
        _collector.Start(SystemReaders.ForThisSystem(options, context.Time), options);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken)
    {
        _collector.Stop();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _collector.Stop();
        return ValueTask.CompletedTask;
    }
}
