using System.Diagnostics.CodeAnalysis;
using Breeze.Sdk;

namespace Breeze.Fixture;

public sealed class ThrowsInConstructor : FixturePlugin
{
    public ThrowsInConstructor() => throw new FixtureException();
}

public sealed class ThrowsInRegister : FixturePlugin
{
    public override void Register(IPluginBuilder builder) => throw new FixtureException();
}

public sealed class ThrowsInStart : FixturePlugin
{
    public override ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken) => throw new FixtureException();
}

public sealed class HangsInStart : FixturePlugin
{
    public override async ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        await base.StartAsync(context, cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}

/// <summary>Blocks its thread until a file appears, whatever its token says.</summary>
public sealed class IgnoresItsToken : FixturePlugin
{
    public override ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        while (!File.Exists(Path.Combine(context.DataDirectory, "release")))
        {
            Thread.Sleep(20);
        }

        return ValueTask.CompletedTask;
    }
}

public sealed class ThrowsInStop : FixturePlugin
{
    public override ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => throw new FixtureException();
}

public sealed class IsUnhealthy : FixturePlugin, IPluginHealthCheck
{
    public ValueTask<PluginHealth> CheckHealthAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(PluginHealth.Unhealthy("The printer is on fire."));
}

public sealed class RegistersOnTheWrongHost : FixturePlugin
{
    public override void Register(IPluginBuilder builder) => builder.AddAlertChannel(new FixtureChannel());
}

public sealed class SwallowsTheRefusal : FixturePlugin
{
    [SuppressMessage("Design", "CA1031", Justification = "That is the fault.")]
    public override void Register(IPluginBuilder builder)
    {
        builder.AddCollector(new FixtureCollector("fixture"));
        try
        {
            builder.AddCollector(new FixtureCollector("fixture"));
        }
        catch (Exception)
        {
            // A plugin must not get away with this.
        }
    }
}

/// <summary>Leaves a handler on an event of the process, which keeps its code in memory for ever.</summary>
public sealed class Leaks : FixturePlugin
{
    public override ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        return base.StartAsync(context, cancellationToken);
    }

    void OnExit(object? sender, EventArgs arguments) => GC.KeepAlive(this);
}
