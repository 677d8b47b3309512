using Breeze.Sdk;

namespace Breeze.Remote.Desktop;

/// <summary>Adds the kind <c>desktop</c> of remote access. No display is looked for before a session asks for it.</summary>
public sealed class DesktopPlugin : IBreezePlugin
{
    readonly DesktopProvider _provider = new(DesktopSystems.ForThisSystem());

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddRemoteAccess(_provider);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        _provider.Settings = DesktopSettings.Read(context.Settings);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
