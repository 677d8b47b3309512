namespace Breeze.Channels.Email;

/// <summary>Sends alerts as e-mail over a mail server of yours.</summary>
public sealed class EmailPlugin() : ChannelPlugin(new EmailChannel());
