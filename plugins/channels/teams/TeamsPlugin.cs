namespace Breeze.Channels.Teams;

/// <summary>Posts alerts to a Microsoft Teams channel or chat.</summary>
public sealed class TeamsPlugin() : ChannelPlugin(new TeamsChannel());
