using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Patches;

/// <summary>Adds the collector of updates that wait to be installed.</summary>
public sealed class PatchesPlugin : IBreezePlugin
{
    readonly InventoryCollector _collector = new("patches", TimeSpan.FromHours(2), isSlow: true);

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddCollector(_collector);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        var reader = PatchReaders.ForThisSystem(context.Processes);
        _collector.Start(async stop => JsonSerializer.SerializeToUtf8Bytes(
            (await reader.ReadAsync(stop).ConfigureAwait(false)).InOrder(), PatchesJson.Default.PatchesDocument), context.Time);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => _collector.StopAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _collector.StopAsync();
}
