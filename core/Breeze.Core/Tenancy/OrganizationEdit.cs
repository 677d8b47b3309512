namespace Breeze.Core.Tenancy;

/// <summary>What is to change about an organization; null and not given leave it as it is.</summary>
public sealed record OrganizationEdit(string? Name, Change<int?> MaxDevices, string? Notes);
