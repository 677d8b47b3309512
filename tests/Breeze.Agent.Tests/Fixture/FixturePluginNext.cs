using Breeze.Sdk;

namespace Breeze.Agent.Fixture;

/// <summary>The next version: one metric more.</summary>
public sealed class FixturePluginNext : FixturePlugin
{
    public override void Register(IPluginBuilder builder) => builder.AddCollector(new FixtureCollector(withExtra: true));
}
