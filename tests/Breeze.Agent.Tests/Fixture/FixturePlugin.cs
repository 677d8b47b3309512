using Breeze.Sdk;

namespace Breeze.Agent.Fixture;

/// <summary>One metric, one inventory document, one command.</summary>
public class FixturePlugin : IBreezePlugin
{
    public virtual void Register(IPluginBuilder builder) => builder
        .AddCollector(new FixtureCollector(withExtra: false))
        .AddCommandHandler(new EchoHandler())
        .AddRemoteAccess(new EchoAccess());

    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
