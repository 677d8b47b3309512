using Breeze.Sdk;

namespace Breeze.Remote.Files;

/// <summary>Adds the kind <c>files</c> of remote access. Nothing is loaded or read before a session asks for it.</summary>
public sealed class FilesPlugin : IBreezePlugin
{
    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddRemoteAccess(new FilesProvider());

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
