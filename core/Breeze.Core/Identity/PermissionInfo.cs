namespace Breeze.Core.Identity;

/// <summary>A permission in words.</summary>
public sealed record PermissionInfo(string Name, string Group, string Title)
{
    public bool IsPlatformOnly => Permissions.IsPlatformOnly(Name);
}
