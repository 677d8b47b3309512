using Breeze.Sdk;

namespace Breeze.Actions.Power;

/// <summary>Adds the command that restarts the device.</summary>
public sealed class PowerPlugin : IBreezePlugin
{
    readonly RebootCommand _reboot = new();

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddCommandHandler(_reboot);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        var options = PowerOptions.Read(context.Settings);
        _reboot.Start(context.Processes, RestartPlan.SystemHere(context.Processes), options.DryRun, context.Time, context.Logger);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => _reboot.StopAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => StopAsync(StopReason.Removed, CancellationToken.None);
}
