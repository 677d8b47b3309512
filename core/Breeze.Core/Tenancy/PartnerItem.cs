namespace Breeze.Core.Tenancy;

/// <summary>A partner as the platform sees it: numbers, and nothing of what is in it.</summary>
public sealed record PartnerItem(
    Guid Id, string Name, string Slug, string Status, bool IsPlatform, int? MaxDevices, int DeviceCount, int OrganizationCount, DateTimeOffset CreatedAt, DateTimeOffset? ClosedAt);
