namespace Breeze.Channels.Slack;

/// <summary>Posts alerts to a Slack channel.</summary>
public sealed class SlackPlugin() : ChannelPlugin(new SlackChannel());
