namespace Breeze.Channels.Opsgenie;

/// <summary>Creates, acknowledges and closes alerts in Opsgenie.</summary>
public sealed class OpsgeniePlugin() : ChannelPlugin(new OpsgenieChannel());
