namespace Breeze.Channels.PagerDuty;

/// <summary>Triggers, acknowledges and resolves incidents in PagerDuty.</summary>
public sealed class PagerDutyPlugin() : ChannelPlugin(new PagerDutyChannel());
