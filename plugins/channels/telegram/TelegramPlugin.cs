namespace Breeze.Channels.Telegram;

/// <summary>Sends alerts to a Telegram chat.</summary>
public sealed class TelegramPlugin() : ChannelPlugin(new TelegramChannel());
