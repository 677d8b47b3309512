using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>Tells one channel one thing, once.</summary>
public interface IChannelSender
{
    /// <summary>Answers within half a minute, and never throws but for the token.</summary>
    /// <param name="type">The channel's type.</param>
    /// <param name="notification">What to say.</param>
    /// <param name="settings">The channel's settings with its secrets.</param>
    /// <param name="cancellationToken">Gives up early.</param>
    Task<DeliveryResult> SendAsync(string type, AlertNotification notification, JsonElement settings, CancellationToken cancellationToken);
}
