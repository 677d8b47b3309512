namespace Breeze.Core.Identity;

/// <summary>The permissions in words, for whoever puts a role together.</summary>
public static class PermissionCatalog
{
    public static IReadOnlyList<PermissionInfo> All { get; } =
    [
        new(Permissions.DevicesRead, "Devices", "See devices, their readings and inventory"),
        new(Permissions.DevicesWrite, "Devices", "Rename, tag and move devices"),
        new(Permissions.DevicesManage, "Devices", "Approve, quarantine and remove devices"),
        new(Permissions.DevicesCommand, "Devices", "Send commands to devices"),
        new(Permissions.DevicesPower, "Devices", "Restart, shut down and wake devices, end processes, start and stop services"),
        new(Permissions.ScriptsRun, "Devices", "Run scripts on devices"),
        new(Permissions.ScriptsRead, "Devices", "See stored scripts"),
        new(Permissions.ScriptsWrite, "Devices", "Create, change and remove stored scripts"),
        new(Permissions.PoliciesRead, "Devices", "See policies and what they say of devices"),
        new(Permissions.PoliciesWrite, "Devices", "Create, change and remove policies"),
        new(Permissions.RemoteView, "Remote access", "Watch the screen"),
        new(Permissions.RemoteControl, "Remote access", "Take over mouse and keyboard"),
        new(Permissions.RemoteTerminal, "Remote access", "Open a terminal"),
        new(Permissions.RemoteFiles, "Remote access", "Transfer files"),
        new(Permissions.RemoteRecordings, "Remote access", "Watch and remove recordings of terminals"),
        new(Permissions.AlertsRead, "Alerts", "See alerts and the rules that they come from"),
        new(Permissions.AlertsWrite, "Alerts", "Acknowledge, snooze, resolve, assign and comment alerts"),
        new(Permissions.AlertRulesWrite, "Alerts", "Create, change and remove alert rules"),
        new(Permissions.NotificationsRead, "Alerts", "See notification channels, routes and what was delivered"),
        new(Permissions.NotificationsWrite, "Alerts", "Create, change and remove notification channels and routes"),
        new(Permissions.OrganizationsRead, "Tenants", "See organizations"),
        new(Permissions.OrganizationsWrite, "Tenants", "Create, change, suspend and close organizations"),
        new(Permissions.SitesRead, "Tenants", "See sites"),
        new(Permissions.SitesWrite, "Tenants", "Create, change and remove sites"),
        new(Permissions.GroupsRead, "Tenants", "See device groups"),
        new(Permissions.GroupsWrite, "Tenants", "Create, change and remove device groups"),
        new(Permissions.ViewsShare, "Tenants", "Share saved views with everybody"),
        new(Permissions.PartnerWrite, "Tenants", "Change the partner's own settings"),
        new(Permissions.PartnersManage, "Tenants", "Create, limit, suspend and close partners"),
        new(Permissions.UsersRead, "People", "See people and their memberships"),
        new(Permissions.UsersWrite, "People", "Invite people, change and end their memberships"),
        new(Permissions.RolesRead, "People", "See roles"),
        new(Permissions.RolesWrite, "People", "Create and change roles"),
        new(Permissions.ApiKeysWrite, "People", "Make API keys for themselves"),
        new(Permissions.SsoManage, "People", "Set up single sign-on"),
        new(Permissions.EnrollmentRead, "Administration", "See enrolment keys"),
        new(Permissions.EnrollmentWrite, "Administration", "Make and revoke enrolment keys"),
        new(Permissions.PluginsRead, "Administration", "See plugins"),
        new(Permissions.PluginsManage, "Administration", "Install, configure and remove plugins"),
        new(Permissions.AuditRead, "Administration", "Read the audit log"),
    ];
}
