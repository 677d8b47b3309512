using System.Text.Json;
using System.Text.Json.Nodes;
using Breeze.Channels.Discord;
using Breeze.Channels.Email;
using Breeze.Channels.Ntfy;
using Breeze.Channels.Opsgenie;
using Breeze.Channels.PagerDuty;
using Breeze.Channels.Slack;
using Breeze.Channels.Sms;
using Breeze.Channels.Teams;
using Breeze.Channels.Telegram;
using Breeze.Channels.Webhook;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Channels;

/// <summary>A channel of each type, started, and settings that lead it to a receiver.</summary>
sealed class RunningChannel : IAsyncDisposable
{
    /// <summary>Part of every secret; an error must never hold it.</summary>
    public const string Secret = "verySecret0123456789";

    readonly IBreezePlugin _plugin;
    readonly IAlertChannel _channel;

    RunningChannel(IBreezePlugin plugin, IAlertChannel channel) => (_plugin, _channel) = (plugin, channel);

    public static IReadOnlyList<string> OverHttp { get; } = ["slack", "teams", "webhook", "discord", "pagerduty", "opsgenie", "telegram", "ntfy", "sms"];

    public static IReadOnlyList<string> All { get; } = [.. OverHttp, "email"];

    public static async Task<RunningChannel> StartAsync(string type, ChannelContext? host = null)
    {
        IBreezePlugin plugin = type switch
        {
            "slack" => new SlackPlugin(),
            "teams" => new TeamsPlugin(),
            "webhook" => new WebhookPlugin(),
            "discord" => new DiscordPlugin(),
            "pagerduty" => new PagerDutyPlugin(),
            "opsgenie" => new OpsgeniePlugin(),
            "telegram" => new TelegramPlugin(),
            "ntfy" => new NtfyPlugin(),
            "sms" => new SmsPlugin(),
            _ => new EmailPlugin(),
        };
        var builder = new FakeBuilder(PluginHostKind.Server);
        plugin.Register(builder);
        await plugin.StartAsync(host ?? new ChannelContext(), TestContext.Current.CancellationToken);
        return new RunningChannel(plugin, builder.Channels.ShouldHaveSingleItem());
    }

    /// <summary>What somebody would enter, with another place to go to.</summary>
    public static JsonObject SettingsFor(string type, string url) => type switch
    {
        "slack" => new() { ["webhook_url"] = $"{url}/services/{Secret}" },
        "teams" => new() { ["webhook_url"] = $"{url}/workflows/{Secret}?sig={Secret}" },
        "discord" => new() { ["webhook_url"] = $"{url}/api/webhooks/1/{Secret}" },
        "webhook" => new() { ["url"] = $"{url}/hook", ["secret"] = Secret, ["authorization"] = $"Bearer {Secret}", ["headers"] = new JsonArray("X-Team: red") },
        "pagerduty" => new() { ["routing_key"] = Secret, ["api_url"] = url },
        "opsgenie" => new() { ["api_key"] = Secret, ["api_url"] = url },
        "telegram" => new() { ["bot_token"] = $"42:{Secret}", ["chat_id"] = "-1001", ["api_url"] = url },
        "ntfy" => new() { ["topic"] = "alerts", ["token"] = $"tk_{Secret}", ["server_url"] = url },
        "sms" => new() { ["url"] = $"{url}/send?key={{secret}}", ["recipients"] = new JsonArray("+491701234567"), ["secret"] = Secret, ["headers"] = new JsonArray("Authorization: Bearer {secret}") },
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public async Task<DeliveryResult> NotifyAsync(AlertNotification notification, JsonObject settings) =>
        await _channel.NotifyAsync(notification, JsonElement.Parse(settings.ToJsonString()), TestContext.Current.CancellationToken);

    public ReadOnlyMemory<byte> Schema => _channel.SettingsSchema;

    public async ValueTask DisposeAsync()
    {
        await _plugin.StopAsync(StopReason.Removed, CancellationToken.None);
        await _plugin.DisposeAsync();
    }
}
