using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Software;

/// <summary>Adds the collector of installed software.</summary>
public sealed class SoftwarePlugin : IBreezePlugin
{
    readonly InventoryCollector _collector = new("software", TimeSpan.FromMinutes(30), isSlow: true);

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddCollector(_collector);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        var reader = SoftwareReaders.ForThisSystem(context.Processes);
        var options = SoftwareOptions.Read(context.Settings);
        _collector.Start(async stop => JsonSerializer.SerializeToUtf8Bytes(
            SoftwareDocument.Of(await reader.ReadAsync(stop).ConfigureAwait(false), options), SoftwareJson.Default.SoftwareDocument), context.Time);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => _collector.StopAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _collector.StopAsync();
}
