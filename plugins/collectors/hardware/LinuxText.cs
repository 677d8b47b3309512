using System.Globalization;

namespace Breeze.Collectors.Hardware;

/// <summary>Reads the small text formats of Linux.</summary>
static class LinuxText
{
    public static long? Number(string? text) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>os-release: one assignment a line, values perhaps in quotes.</summary>
    public static Dictionary<string, string> Assignments(string text)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] != '#')
                result[line[..equals]] = line[(equals + 1)..].Trim('"', '\'');
        }
        return result;
    }

    public static long? MemoryBytes(string meminfo) => meminfo.Split('\n')
        .Where(line => line.StartsWith("MemTotal:", StringComparison.Ordinal))
        .Select(line => Number(line["MemTotal:".Length..].Trim().Split(' ')[0]) * 1024)
        .FirstOrDefault();

    public static DateTimeOffset? BootTime(string stat) => stat.Split('\n')
        .Where(line => line.StartsWith("btime ", StringComparison.Ordinal))
        .Select(line => Number(line["btime ".Length..].Trim()) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : (DateTimeOffset?)null)
        .FirstOrDefault();

    /// <summary>Firmware writes its date as month/day/year.</summary>
    public static string? UsDate(string? text) =>
        DateOnly.TryParseExact(text, ["MM/dd/yyyy", "M/d/yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : text;

    /// <summary>The chassis types of the SMBIOS specification, in the groups that people think in.</summary>
    public static string? Chassis(string? type) => Number(type) switch
    {
        3 or 4 or 5 or 6 or 7 or 15 or 16 or 35 or 36 => "desktop",
        8 or 9 or 10 or 14 => "laptop",
        11 => "handheld",
        13 => "all-in-one",
        17 or 23 or 28 or 29 => "server",
        30 => "tablet",
        31 or 32 => "convertible",
        _ => null,
    };

    public static string? Virtualization(string? vendor, string? product, string? hypervisor, bool isVirtual)
    {
        if (hypervisor is not null)
            return hypervisor;
        var name = $"{vendor} {product}";
        (string Part, string Name)[] known =
        [
            ("VMware", "vmware"), ("VirtualBox", "virtualbox"), ("Microsoft Corporation Virtual", "hyper-v"), ("Xen", "xen"), ("Amazon EC2", "amazon"),
            ("Google", "google"), ("Parallels", "parallels"), ("KVM", "kvm"), ("QEMU", "kvm"), ("OpenStack", "kvm"), ("Hetzner", "kvm"), ("DigitalOcean", "kvm"),
        ];
        // A cloud sells bare metal under the same vendor's name, so the processor has the last word.
        return !isVirtual ? null : known.FirstOrDefault(item => name.Contains(item.Part, StringComparison.OrdinalIgnoreCase)).Name ?? "unknown";
    }
}
