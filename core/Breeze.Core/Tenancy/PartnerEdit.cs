namespace Breeze.Core.Tenancy;

/// <summary>What the platform changes about a partner; null and not given leave it as it is.</summary>
public sealed record PartnerEdit(string? Name, Change<int?> MaxDevices);
