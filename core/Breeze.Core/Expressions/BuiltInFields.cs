using static Breeze.Core.Expressions.FieldSources;

namespace Breeze.Core.Expressions;

/// <summary>The fields that every install has.</summary>
static class BuiltInFields
{
    static readonly string[] Statuses = ["pending", "online", "offline", "maintenance", "quarantined"];
    static readonly string[] Families = ["linux", "windows", "macos", "other"];
    static readonly string[] ServiceStates = ["running", "stopped", "starting", "stopping", "paused", "failed", "unknown"];

    public static IReadOnlyList<ExpressionField> All { get; } =
    [
        // Who it is.
        Text("name", "The name that lists show: the display name, or else the hostname.", "name contains \"db\"", "coalesce(d.display_name, d.hostname)", f => f.DisplayName ?? f.Hostname, key: "d.name_key", lookup: p => Found("name", p)),
        Text("hostname", "What the device calls itself.", "hostname matches \"^web-\\d+$\"", "d.hostname", f => f.Hostname, key: "d.hostname_key", lookup: p => Found("hostname", p)),
        Text("status", "Whether it checks in.", "status in (\"online\", \"offline\")", "d.status", f => f.Status, values: Statuses, key: "d.status"),
        Flag("live", "Whether its live channel is open now.", "live and status = \"online\"", (_, _) => Presence("p.live_since IS NOT NULL"), (f, _) => f.IsLive),
        Instant("last_seen", "When it last checked in.", "last_seen < 7d ago", Table("device_presence", "p"), "p.last_seen_at", f => f.LastSeenAt),
        Instant("enrolled", "When it was enrolled.", "enrolled > 2026-01-31", ExpressionField.OnDevice, "d.enrolled_at", f => f.EnrolledAt),

        // Where it belongs.
        Named("organization", "The organization that it belongs to.", "organization = \"Acme\"", "organizations", "o", "d.organization_id", "o.name", f => f.Organization),
        Named("site", "The site that it stands at.", "site = \"Berlin\"", "sites", "s", "d.site_id", "s.name", f => f.Site),
        Several("group", "The groups that it is a member of.", "group has \"Servers\"",
            "EXISTS (SELECT 1 FROM device_group_members m JOIN device_groups g ON g.id = m.group_id WHERE m.device_id = d.id AND {0})", "g.name", FactKinds.Groups, f => f.Groups),
        Several("tags", "Its tags.", "tags has \"server\"", "EXISTS (SELECT 1 FROM unnest(d.tags) AS t (tag) WHERE {0})", "t.tag", FactKinds.None, f => f.Tags),
        new TextField
        {
            Name = "custom", Form = FieldForm.Suffix, Type = FieldType.Any, Description = "A custom field, by its key: a text, a number or a version, as you compare it. A list or an object counts as missing.",
            Example = "custom.asset_tag = \"A-17\"", Where = ExpressionField.OnDevice,
            Narrow = (p, a, value) => $"d.id IN (SELECT c.device_id FROM device_custom_values c WHERE c.name = {p.Add(a.Name!)} AND c.value_key = left({value}, 200))",
            Column = (p, a) => $"CASE WHEN jsonb_typeof(d.custom_fields -> {p.Add(a.Name!)}) IN ('string', 'number', 'boolean') THEN d.custom_fields ->> {p.Add(a.Name!)} END",
            Read = (f, a) => f.Custom.TryGetValue(a.Name!, out var value) ? [value] : [],
        },

        // What runs on it.
        Text("os.family", "The kind of operating system.", "os.family = \"windows\"", "d.os_family", f => f.OsFamily, values: Families, key: "d.os_family"),
        Text("os.name", "The operating system, as it calls itself.", "os.name contains \"Ubuntu\"", "d.os_name", f => f.OsName),
        Version("os.version", "The version of the operating system.", "os.version >= 10.0.19045", "d.os_version", f => f.OsVersion, "d.os_version_key"),
        Text("os.arch", "The processor's architecture, as the operating system names it.", "os.arch = \"arm64\"", "d.arch", f => f.Arch),
        Version("agent.version", "The version of the agent.", "agent.version < 1.4", "d.agent_version", f => f.AgentVersion, "d.agent_version_key"),
        new TextField
        {
            Name = "software", Form = FieldForm.Named, IsSet = true, Type = FieldType.Version, Needs = FactKinds.Software,
            Description = "The versions of an installed program or package, by its exact name. By itself: whether it is installed.", Example = "software(\"openssl\") < 3.0.15",
            Where = (p, a, condition) => $"EXISTS (SELECT 1 FROM device_software w WHERE w.device_id = d.id AND w.name_key = {p.Add(a.Folded)} AND {condition})",
            Column = (_, _) => "w.version", VersionColumn = "w.version_key", Read = (f, a) => f.Software[a.Folded],
        },
        new TextField
        {
            Name = "services", Form = FieldForm.Named, IsSet = true, Type = FieldType.Text, Values = ServiceStates, Needs = FactKinds.Services,
            Description = "The state of a service, by its exact name. By itself: whether there is such a service.", Example = "services(\"nginx\") = \"stopped\"",
            Where = (p, a, condition) => $"EXISTS (SELECT 1 FROM device_services w WHERE w.device_id = d.id AND {Folded("w.name")} = {p.Add(a.Folded)} AND {condition})",
            Column = (_, _) => "w.state", KeyColumn = "w.state", Read = (f, a) => f.Services[a.Folded],
        },
        new TextField
        {
            Name = "plugin", Form = FieldForm.Named, IsSet = true, Type = FieldType.Version, Needs = FactKinds.Plugins,
            Description = "The version of a plugin on the agent, by its id. By itself: whether the agent has it.", Example = "plugin(\"breeze.system\") < 1.2",
            Where = (p, a, condition) => $"EXISTS (SELECT 1 FROM device_plugins w WHERE w.device_id = d.id AND {Folded("w.plugin_id")} = {p.Add(a.Folded)} AND {condition})",
            Column = (_, _) => "w.version", Read = (f, a) => f.Plugins[a.Folded],
        },
        Number("updates.count", FieldType.Number, "How many updates wait to be installed.", "updates.count > 20", "(SELECT count(*) FROM device_updates u WHERE u.device_id = d.id)", f => f.Updates, FactKinds.Updates),
        Number("updates.security_count", FieldType.Number, "How many of them close a security hole.", "updates.security_count > 0",
            "(SELECT count(*) FROM device_updates u WHERE u.device_id = d.id AND u.is_security)", f => f.SecurityUpdates, FactKinds.Updates),
        Flag("updates.needs_restart", "Whether one of them needs a restart.", "updates.needs_restart", (_, _) => "EXISTS (SELECT 1 FROM device_updates u WHERE u.device_id = d.id AND u.needs_restart)",
            (f, _) => f.NeedsRestart, FactKinds.Updates),
        Several("user", "The people who are logged in.", "user has \"grace\"", "EXISTS (SELECT 1 FROM device_sessions u WHERE u.device_id = d.id AND {0})", "u.user_name", FactKinds.Sessions, f => f.Users, key: "u.user_key", lookup: p => Found("user", p)),

        // What it is made of.
        Hardware("serial", "The serial number.", "serial = \"5CD1234XYZ\"", "h.serial_number", f => f.SerialNumber, key: "h.serial_key", lookup: p => Found("serial", p)),
        Hardware("manufacturer", "Who made it.", "manufacturer contains \"Dell\"", "h.manufacturer", f => f.Manufacturer, lookup: p => Found("manufacturer", p)),
        Hardware("model", "What it is called by who made it.", "model starts_with \"Latitude\"", "h.model", f => f.Model, lookup: p => Found("model", p)),
        Hardware("cpu.model", "The processor.", "cpu.model contains \"Xeon\"", "h.cpu_model", f => f.CpuModel),
        Number("cpu.cores", FieldType.Number, "The processor's cores.", "cpu.cores >= 8", "h.cpu_cores", f => f.CpuCores, where: Table("device_hardware", "h")),
        Number("cpu.threads", FieldType.Number, "The threads that it runs at a time.", "cpu.threads > 16", "h.cpu_threads", f => f.CpuThreads, where: Table("device_hardware", "h")),
        Number("memory.total", FieldType.Size, "The memory built in.", "memory.total >= 4 GiB", "h.memory_bytes", f => f.MemoryBytes, where: Table("device_hardware", "h")),
        Hardware("virtualization", "What it is a virtual machine of.", "virtualization is not empty", "h.virtualization", f => f.Virtualization),
        Several("ip", "The addresses of its interfaces, and the one that it checks in from.", "ip starts_with \"10.1.\"",
            "EXISTS (SELECT 1 FROM (SELECT unnest(n.addresses) FROM device_network n WHERE n.device_id = d.id UNION ALL SELECT p.address FROM device_presence p WHERE p.device_id = d.id) AS i (address) WHERE {0})",
            "i.address", FactKinds.Network, f => f.Addresses.Append(f.Address), lookup: pattern => $"d.id IN (SELECT breeze_address_devices({pattern}))"),
        Several("mac", "The hardware addresses of its interfaces.", "mac starts_with \"00:1a:2b\"", "EXISTS (SELECT 1 FROM device_network n WHERE n.device_id = d.id AND {0})", "n.mac", FactKinds.Network, f => f.Macs, lookup: p => Found("mac", p)),

        // How it fares.
        Share("cpu.percent", "How busy the processor is.", "cpu.percent > 90", "p.cpu", f => f.Cpu),
        Share("memory.percent", "How much of the memory is taken.", "memory.percent > 90", "p.memory", f => f.Memory),
        Share("disk.used_percent", "How much of the fullest file system is taken.", "disk.used_percent >= 90%", "p.disk", f => f.Disk),
        Number("disk.free_percent", FieldType.Percent, "How much of the fullest file system is free.", "disk.free_percent < 10", "100 - nullif(p.disk, 'NaN')::float8 * 100", f => 100 - (f.Disk * 100), where: Table("device_presence", "p")),
        new TimeField
        {
            Name = "uptime", Type = FieldType.Age, Description = "How long ago it was started.", Example = "uptime > 30d", Where = Table("device_presence", "p"), Column = (_, _) => "p.booted_at", Read = f => [f.BootedAt],
        },
    ];
}
