using Breeze.Collectors.System;
using Breeze.Sdk;

namespace Breeze.SystemPlus;

/// <summary>All of collectors.system, and the number of threads on the machine.</summary>
public sealed class SystemPlusPlugin : IBreezePlugin
{
    readonly SystemPlugin _system = new();

    public void Register(IPluginBuilder builder)
    {
        _system.Register(builder);
        builder.AddCollector(new ThreadCollector());
    }

    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken) => _system.StartAsync(context, cancellationToken);

    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => _system.StopAsync(reason, cancellationToken);

    public ValueTask DisposeAsync() => _system.DisposeAsync();
}
