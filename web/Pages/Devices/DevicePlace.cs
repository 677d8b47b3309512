using Breeze.Web.Frame;

namespace Breeze.Web.Pages;

/// <summary>Where the device list goes on: behind this value of its order and this id, or behind this id among those without a value.</summary>
sealed record DevicePlace(string? Key, Guid Id)
{
    public bool IsEmpty => Key is null;

    public string Encode() => PlaceInList.Encode(Key is null ? "-" : "=" + Key, Id);

    /// <summary>Null for the start, which is also what a place that somebody made up is.</summary>
    public static DevicePlace? Decode(string? text, DeviceOrder order) =>
        !PlaceInList.TryDecode(text, out var key, out var id) || key.Length == 0 || id == Guid.Empty ? null
        : key[0] == '-' ? new(null, id)
        : order.Value(key[1..]) is { } value ? new(value, id) : null;
}
