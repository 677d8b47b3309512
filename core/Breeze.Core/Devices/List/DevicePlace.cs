namespace Breeze.Core.Devices.List;

/// <summary>A place in an order of devices: behind this value and this id, or, without a value, behind this id among those that have none.</summary>
/// <param name="Key">As the database writes it.</param>
public sealed record DevicePlace(string? Key, Guid Id)
{
    public bool IsEmpty => Key is null;
}
