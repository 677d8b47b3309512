namespace Breeze.Core.Devices;

/// <summary>How many devices joined or left a group.</summary>
public sealed record GroupChange(int Changed);
