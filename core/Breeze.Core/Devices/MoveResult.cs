namespace Breeze.Core.Devices;

/// <summary>How many devices were not there yet, and are now.</summary>
public sealed record MoveResult(int Moved);
