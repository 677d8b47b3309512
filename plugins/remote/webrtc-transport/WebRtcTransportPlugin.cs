using Breeze.Sdk;

namespace Breeze.Remote.WebRtcTransport;

/// <summary>Adds WebRTC as a way for remote sessions. Nothing is opened before a browser makes an offer.</summary>
public sealed class WebRtcTransportPlugin : IBreezePlugin
{
    readonly WebRtcTransport _transport = new();

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddRemoteTransport(_transport);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        _transport.Start(WebRtcOptions.Read(context.Settings), context.Logger);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
