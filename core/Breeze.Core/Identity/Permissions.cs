namespace Breeze.Core.Identity;

/// <summary>The permissions of the core, as <c>resource:action</c>. Features and plugins declare theirs beside their endpoints.</summary>
public static class Permissions
{
    public const string DevicesRead = "devices:read";
    public const string DevicesWrite = "devices:write";
    public const string DevicesCommand = "devices:command";
    public const string ScriptsRun = "scripts:run";
    public const string OrganizationsRead = "organizations:read";
    public const string SitesRead = "sites:read";
    public const string EnrollmentRead = "enrollment:read";
    public const string EnrollmentWrite = "enrollment:write";
    public const string PluginsRead = "plugins:read";
    public const string PluginsManage = "plugins:manage";
    public const string AuditRead = "audit:read";
}
