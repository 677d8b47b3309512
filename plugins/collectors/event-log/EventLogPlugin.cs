using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.EventLog;

/// <summary>Adds the collector of errors and warnings of the system's own logs.</summary>
public sealed class EventLogPlugin : IBreezePlugin
{
    readonly InventoryCollector _collector = new("event-log", TimeSpan.FromMinutes(5), isSlow: true);

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddCollector(_collector);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        var options = EventLogOptions.Read(context.Settings);
        var window = new LogWindow(LogSources.ForThisSystem(context.Processes, context.Time), new LogState(context.DataDirectory), options);
        _collector.Start(async stop => JsonSerializer.SerializeToUtf8Bytes(
            await window.NextAsync(stop).ConfigureAwait(false), EventLogJson.Default.EventLogDocument), context.Time);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => _collector.StopAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _collector.StopAsync();
}
