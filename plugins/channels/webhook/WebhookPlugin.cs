namespace Breeze.Channels.Webhook;

/// <summary>Posts alerts as signed JSON to an address of yours.</summary>
public sealed class WebhookPlugin() : ChannelPlugin(new WebhookChannel());
