using System.Text.Json;

namespace Breeze.Core.Devices;

/// <summary>A document that has just been stored.</summary>
/// <param name="IsFirst">Whether the device had none of this kind before: what is in it is where its history begins, not a change.</param>
public sealed record InventoryDocument(Guid DeviceId, JsonElement Root, bool IsFirst, DateTimeOffset ReceivedAt);
