using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Services;

/// <summary>Adds the collector of services and the commands that start, stop and restart one.</summary>
public sealed class ServicesPlugin : IBreezePlugin
{
    readonly InventoryCollector _collector = new("services", TimeSpan.FromMinutes(2), isSlow: true);
    readonly ServiceCommand[] _commands = [new("start"), new("stop"), new("restart")];

    /// <inheritdoc />
    public void Register(IPluginBuilder builder)
    {
        builder.AddCollector(_collector);
        foreach (var command in _commands)
            builder.AddCommandHandler(command);
    }

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        var manager = ServiceManagers.ForThisSystem(context.Processes);
        foreach (var command in _commands)
            command.Start(manager);
        _collector.Start(async stop => JsonSerializer.SerializeToUtf8Bytes(
            ServicesDocument.Of(manager.Name, await manager.ListAsync(stop).ConfigureAwait(false)), ServicesJson.Default.ServicesDocument), context.Time);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken)
    {
        foreach (var command in _commands)
            command.Stop();
        await _collector.StopAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => StopAsync(StopReason.Removed, CancellationToken.None);
}
