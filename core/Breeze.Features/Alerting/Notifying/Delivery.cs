using System.Text.Json;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>A notification that this node has taken to deliver.</summary>
/// <param name="Attempt">Which one this is; who comes back later than another's takes no place from it.</param>
/// <param name="Settings">The channel's, with secrets; null when those are not readable any more.</param>
/// <param name="IsPersonal">Whether it goes to one person's address rather than the channel's.</param>
sealed record Delivery(
    Guid Id, Guid ChannelId, string ChannelType, Guid? AlertId, string Event, NotificationBody Body, int Attempt, DateTimeOffset TriedSince, string? AcknowledgeToken, JsonElement? Settings, byte[]? Secrets,
    bool IsPersonal = false);

/// <summary>What a node took of one channel, and when there is more to take.</summary>
/// <param name="IsBusy">Another node is taking from it at this moment.</param>
sealed record DeliveryClaim(IReadOnlyList<Delivery> Deliveries, bool IsBusy = false);
