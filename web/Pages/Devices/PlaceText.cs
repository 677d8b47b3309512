using Breeze.Core.Devices.List;
using Breeze.Web.Frame;

namespace Breeze.Web.Pages;

/// <summary>A place in the device list as it stands in the page's address.</summary>
static class PlaceText
{
    public static string Of(DevicePlaceOf device) => PlaceInList.Encode(device.Key is null ? "-" : "=" + device.Key, device.Id);

    /// <summary>Null for the start, which is also what a place that somebody made up is.</summary>
    public static DevicePlace? Read(string? text, DeviceOrder order) =>
        !PlaceInList.TryDecode(text, out var key, out var id) || key.Length == 0 || id == Guid.Empty ? null
        : key[0] == '-' ? new(null, id)
        : order.Value(key[1..]) is { } value ? new(value, id) : null;
}
