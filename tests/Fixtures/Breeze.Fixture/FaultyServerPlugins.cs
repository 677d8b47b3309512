using Breeze.Sdk;

namespace Breeze.Fixture;

public sealed class ThrowsInStartOnServer : FixturePlugin
{
    public override void Register(IPluginBuilder builder)
    {
    }

    public override ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken) => throw new FixtureException();
}

public sealed class HangsInStartOnServer : FixturePlugin
{
    public override void Register(IPluginBuilder builder)
    {
    }

    public override async ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken);
}
