using Breeze.Sdk;

namespace Breeze.Remote.Terminal;

/// <summary>Adds the kind <c>terminal</c> of remote access. Nothing is loaded or read before a session asks for it.</summary>
public sealed class TerminalPlugin : IBreezePlugin
{
    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddRemoteAccess(new TerminalProvider());

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
