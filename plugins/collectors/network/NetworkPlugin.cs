using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Network;

/// <summary>Adds the collector of interfaces, addresses, gateways, name servers and routes.</summary>
public sealed class NetworkPlugin : IBreezePlugin
{
    readonly InventoryCollector _collector = new("network", TimeSpan.FromMinutes(5), isSlow: false);

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddCollector(_collector);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        var routes = RouteReaders.ForThisSystem(context.Processes);
        var options = NetworkOptions.Read(context.Settings);
        _collector.Start(async stop =>
        {
            var document = NetworkDocument.Of(Interfaces.Read(options), NameServers.Read("/"), await routes.ReadAsync(stop).ConfigureAwait(false));
            return JsonSerializer.SerializeToUtf8Bytes(document, NetworkJson.Default.NetworkDocument);
        }, context.Time);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => _collector.StopAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _collector.StopAsync();
}
