namespace Breeze.Core.Identity;

/// <summary>What may stand in a list of permissions.</summary>
public static class PermissionNames
{
    static readonly HashSet<string> Known =
        [.. PermissionCatalog.All.Select(p => p.Name), .. PermissionCatalog.All.Select(p => p.Name[..p.Name.IndexOf(':', StringComparison.Ordinal)] + ":*"), "*"];

    /// <summary>The rights by which somebody could give themselves or others more: whoever has one is an administrator.</summary>
    static readonly string[] Administrative =
    [
        Permissions.UsersWrite, Permissions.RolesWrite, Permissions.SsoManage, Permissions.PartnerWrite, Permissions.PartnersManage, Permissions.PluginsManage,
        Permissions.OrganizationsWrite,
    ];

    /// <summary>A permission, all of a resource, or <c>*</c>.</summary>
    public static bool IsKnown(string name) => Known.Contains(name);

    /// <summary>Whether a set of permissions makes an administrator.</summary>
    public static bool IsAdministrative(IReadOnlyCollection<string> permissions) =>
        permissions.Contains("*") || Administrative.Any(p => permissions.Contains(p) || permissions.Contains(p[..p.IndexOf(':', StringComparison.Ordinal)] + ":*"));
}
