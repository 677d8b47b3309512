namespace Breeze.Core.Tenancy;

/// <summary>The states of a partner or an organization.</summary>
public static class TenantStatus
{
    public const string Active = "active";
    public const string Suspended = "suspended";
    public const string Closed = "closed";
}
