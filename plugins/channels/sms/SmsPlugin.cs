namespace Breeze.Channels.Sms;

/// <summary>Sends alerts as text messages over any provider with an HTTP interface.</summary>
public sealed class SmsPlugin() : ChannelPlugin(new SmsChannel());
