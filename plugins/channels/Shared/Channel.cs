using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Channels;

/// <summary>What makes a channel of a type different from the others.</summary>
abstract class Channel(string type, string displayName)
{
    public string Type { get; } = type;

    public string DisplayName { get; } = displayName;

    /// <summary>As <see cref="IAlertChannel.KeepsAlertsOpen"/>.</summary>
    public virtual bool KeepsAlertsOpen => false;

    /// <summary>Delivers once. A setting that is missing or wrong is a <see cref="SettingException"/>.</summary>
    public abstract ValueTask<DeliveryResult> NotifyAsync(AlertText alert, Settings settings, IPluginContext host, CancellationToken cancellationToken);
}

/// <summary>The channel as the host sees it, in one generation of the plugin.</summary>
sealed class ChannelAdapter(Channel channel) : IAlertChannel
{
    IPluginContext? _host;

    public string Type => channel.Type;

    public string DisplayName => channel.DisplayName;

    public bool KeepsAlertsOpen => channel.KeepsAlertsOpen;

    public ReadOnlyMemory<byte> SettingsSchema { get; } = ReadSchema();

    public void Start(IPluginContext host) => Volatile.Write(ref _host, host);

    public void Stop() => Volatile.Write(ref _host, null);

    public async ValueTask<DeliveryResult> NotifyAsync(AlertNotification notification, JsonElement settings, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _host) is not { } host)
            return DeliveryResult.Retry("The plugin is being replaced.");
        try
        {
            return await channel.NotifyAsync(new AlertText(notification), new Settings(settings), host, cancellationToken).ConfigureAwait(false);
        }
        catch (SettingException e)
        {
            return DeliveryResult.Reject(e.Message);
        }
    }

    static byte[] ReadSchema()
    {
        using var stream = typeof(ChannelAdapter).Assembly.GetManifestResourceStream("settings.schema.json")!;
        var schema = new byte[stream.Length];
        stream.ReadExactly(schema);
        return schema;
    }
}
