using System.Text.Json;

namespace Breeze.Core.Devices.Bulk;

/// <summary>What somebody wants done.</summary>
/// <param name="DeviceIds">The devices picked by hand; null when the filter finds them.</param>
/// <param name="Filter">Resolved once, when the action is made: whoever matches then is in it.</param>
public sealed record BulkRequest(string Kind, JsonElement Parameters, IReadOnlyCollection<Guid>? DeviceIds, BulkFilter? Filter)
{
    /// <summary>How many devices the person was told it is; when there are more by now, they are asked again. Null does not check.</summary>
    public int? Expected { get; init; }
}
