namespace Breeze.Core.Identity;

/// <summary>The permissions of the core, as <c>resource:action</c>. Features and plugins declare theirs beside their endpoints.</summary>
public static class Permissions
{
    public const string DevicesRead = "devices:read";
    public const string DevicesWrite = "devices:write";
    public const string DevicesCommand = "devices:command";
    public const string DevicesPower = "devices:power";
    public const string DevicesManage = "devices:manage";
    public const string ScriptsRun = "scripts:run";
    public const string ScriptsRead = "scripts:read";
    public const string ScriptsWrite = "scripts:write";
    public const string PoliciesRead = "policies:read";
    public const string PoliciesWrite = "policies:write";
    public const string RemoteView = "remote:view";
    public const string RemoteControl = "remote:control";
    public const string RemoteTerminal = "remote:terminal";
    public const string RemoteFiles = "remote:files";
    public const string RemoteRecordings = "remote:recordings";
    public const string OrganizationsRead = "organizations:read";
    public const string OrganizationsWrite = "organizations:write";
    public const string SitesRead = "sites:read";
    public const string SitesWrite = "sites:write";
    public const string GroupsRead = "groups:read";
    public const string GroupsWrite = "groups:write";
    public const string ViewsShare = "views:share";
    public const string UsersRead = "users:read";
    public const string UsersWrite = "users:write";
    public const string RolesRead = "roles:read";
    public const string RolesWrite = "roles:write";
    public const string ApiKeysWrite = "api_keys:write";
    public const string SsoManage = "sso:manage";
    public const string PartnerWrite = "partner:write";
    public const string EnrollmentRead = "enrollment:read";
    public const string EnrollmentWrite = "enrollment:write";
    public const string PluginsRead = "plugins:read";
    public const string PluginsManage = "plugins:manage";
    public const string AlertsRead = "alerts:read";
    public const string AlertsWrite = "alerts:write";
    public const string AlertRulesWrite = "alert_rules:write";
    public const string NotificationsRead = "notifications:read";
    public const string NotificationsWrite = "notifications:write";
    public const string AuditRead = "audit:read";
    public const string PartnersManage = "partners:manage";

    /// <summary>
    /// What concerns the install as a whole. Held by roles like any other, but good for nothing outside the platform's own partner.
    /// </summary>
    public static bool IsPlatformOnly(string permission) => permission is PluginsManage or PartnersManage;
}
