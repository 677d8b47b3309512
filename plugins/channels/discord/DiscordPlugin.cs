namespace Breeze.Channels.Discord;

/// <summary>Posts alerts to a Discord channel.</summary>
public sealed class DiscordPlugin() : ChannelPlugin(new DiscordChannel());
