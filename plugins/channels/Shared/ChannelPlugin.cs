using Breeze.Sdk;

namespace Breeze.Channels;

/// <summary>A plugin with one alert channel.</summary>
public abstract class ChannelPlugin : IBreezePlugin
{
    readonly ChannelAdapter _channel;

    private protected ChannelPlugin(Channel channel) => _channel = new ChannelAdapter(channel);

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddAlertChannel(_channel);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        _channel.Start(context);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken)
    {
        _channel.Stop();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _channel.Stop();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
