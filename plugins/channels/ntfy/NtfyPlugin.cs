namespace Breeze.Channels.Ntfy;

/// <summary>Pushes alerts to phones over ntfy.</summary>
public sealed class NtfyPlugin() : ChannelPlugin(new NtfyChannel());
