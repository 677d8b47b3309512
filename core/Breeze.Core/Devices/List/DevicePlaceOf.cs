namespace Breeze.Core.Devices.List;

/// <summary>A device and its value in the order; null when it has none.</summary>
public readonly record struct DevicePlaceOf(Guid Id, string? Key);
