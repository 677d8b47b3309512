using Breeze.Core.Devices.List;
namespace Breeze.Web.Pages;

/// <summary>A column of the device list. Its id is its order as well, where it has one.</summary>
/// <param name="IsNumber">Right-aligned.</param>
public sealed record DeviceColumn(string Id, string Title, bool IsNumber = false, bool HasOrder = true)
{
    public const string Page = "devices";

    const string CustomPrefix = "custom.";

    /// <summary>The name is always there and always first: it is the link.</summary>
    public static DeviceColumn Name { get; } = new("name", "Name");

    public static IReadOnlyList<DeviceColumn> BuiltIn { get; } =
    [
        Name,
        new("status", "Status"),
        new("organization", "Organization"),
        new("site", "Site"),
        new("os", "System"),
        new("os_version", "System version"),
        new("cpu", "CPU", IsNumber: true),
        new("memory", "Memory", IsNumber: true),
        new("disk", "Disk", IsNumber: true),
        new("seen", "Last seen"),
        new("agent", "Agent"),
        new("address", "IP address"),
        new("user", "User"),
        new("model", "Model"),
        new("serial", "Serial number"),
        new("tags", "Tags"),
        new("uptime", "Uptime", IsNumber: true),
        new("enrolled", "Enrolled"),
        new("updates", "Updates", IsNumber: true),
        new("live", "Live channel", HasOrder: false),
    ];

    public static IReadOnlyList<string> Default { get; } = ["name", "status", "organization", "site", "os", "cpu", "memory", "disk", "user", "seen"];

    public string? CustomKey => Id.StartsWith(CustomPrefix, StringComparison.Ordinal) ? Id[CustomPrefix.Length..] : null;

    /// <summary>What a phone has room for: the name, beneath which stand organization and site, the status, and the first of the others that tells something of now.</summary>
    public static IReadOnlySet<string> OnPhones(IReadOnlyList<DeviceColumn> columns)
    {
        var others = columns.Where(c => c.Id is not ("name" or "status" or "organization" or "site")).ToList();
        var first = others.FirstOrDefault(c => c.Id is not ("os" or "os_version")) ?? others.FirstOrDefault();
        return columns.Where(c => c.Id is "name" or "status" || c == first).Select(c => c.Id).ToHashSet();
    }

    public static DeviceColumn? Find(string id) => id.StartsWith(CustomPrefix, StringComparison.Ordinal)
        ? DeviceOrder.IsCustomKey(id[CustomPrefix.Length..]) ? new DeviceColumn(id, id[CustomPrefix.Length..]) : null
        : BuiltIn.FirstOrDefault(c => c.Id == id);

    /// <summary>The columns of these names, the name first; what there is no column of is left out.</summary>
    public static IReadOnlyList<DeviceColumn> Of(IEnumerable<string>? ids)
    {
        List<DeviceColumn> columns = [.. (ids ?? []).Select(Find).OfType<DeviceColumn>().DistinctBy(c => c.Id).Where(c => c.Id != Name.Id).Take(40)];
        return columns.Count == 0 ? [.. Default.Select(Find).OfType<DeviceColumn>()] : [Name, .. columns];
    }
}
