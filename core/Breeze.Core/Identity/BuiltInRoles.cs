namespace Breeze.Core.Identity;

/// <summary>The roles that every install has. Their ids are fixed, so that code and migrations agree on them.</summary>
public static class BuiltInRoles
{
    public static readonly Guid PartnerAdmin = new("00000000-0000-7000-8000-000000000001");
    public static readonly Guid PartnerTechnician = new("00000000-0000-7000-8000-000000000002");
    public static readonly Guid PartnerViewer = new("00000000-0000-7000-8000-000000000003");
    public static readonly Guid OrganizationAdmin = new("00000000-0000-7000-8000-000000000004");
    public static readonly Guid OrganizationTechnician = new("00000000-0000-7000-8000-000000000005");
    public static readonly Guid OrganizationViewer = new("00000000-0000-7000-8000-000000000006");

    static readonly string[] Viewer =
    [
        Permissions.DevicesRead, Permissions.OrganizationsRead, Permissions.SitesRead, Permissions.GroupsRead, Permissions.PluginsRead, Permissions.AlertsRead, Permissions.PoliciesRead,
    ];

    static readonly string[] Technician =
    [
        .. Viewer, Permissions.DevicesWrite, Permissions.DevicesCommand, Permissions.DevicesPower, Permissions.ScriptsRun, Permissions.ScriptsRead,
        Permissions.RemoteView, Permissions.RemoteControl, Permissions.RemoteTerminal, Permissions.RemoteFiles, Permissions.GroupsWrite, Permissions.EnrollmentRead, Permissions.ApiKeysWrite,
        Permissions.AlertsWrite, Permissions.NotificationsRead,
    ];

    static readonly string[] Administrator =
    [
        .. Technician, Permissions.DevicesManage, Permissions.SitesWrite, Permissions.UsersRead, Permissions.UsersWrite, Permissions.RolesRead,
        Permissions.EnrollmentWrite, Permissions.AuditRead, Permissions.AlertRulesWrite, Permissions.NotificationsWrite, Permissions.ScriptsWrite, Permissions.PoliciesWrite,
        Permissions.RemoteRecordings,
    ];

    public static IReadOnlyList<Role> All { get; } =
    [
        Make(PartnerAdmin, "Partner Admin", "partner", "*"),
        Make(PartnerTechnician, "Partner Technician", "partner", [.. Technician, Permissions.ViewsShare]),
        Make(PartnerViewer, "Partner Viewer", "partner", Viewer),
        Make(OrganizationAdmin, "Organization Admin", "organization", Administrator),
        Make(OrganizationTechnician, "Organization Technician", "organization", Technician),
        Make(OrganizationViewer, "Organization Viewer", "organization", Viewer),
    ];

    static Role Make(Guid id, string name, string scope, params string[] permissions) =>
        new() { Id = id, Name = name, Scope = scope, Permissions = permissions, IsBuiltin = true };
}
