namespace Breeze.Web.Pages;

/// <summary>How the metrics that every system has are put into charts. A metric that is not named here gets a chart of its own under its plugin.</summary>
public sealed record ChartShape(string Group, string Id, string Title, params string[] Metrics)
{
    public double? FixedMax { get; init; }

    public static IReadOnlyList<ChartShape> Known { get; } =
    [
        new("Processor", "cpu", "CPU utilization", "system.cpu.utilization") { FixedMax = 1 },
        new("Processor", "cores", "Utilization per core", "system.cpu.core.utilization") { FixedMax = 1 },
        new("Processor", "load", "Load average", "system.cpu.load_average.1m", "system.cpu.load_average.5m", "system.cpu.load_average.15m"),
        new("Memory", "memory", "Memory utilization", "system.memory.utilization") { FixedMax = 1 },
        new("Memory", "memory-usage", "Memory by use", "system.memory.usage"),
        new("Memory", "swap", "Swap utilization", "system.paging.utilization") { FixedMax = 1 },
        new("Disks", "filesystems", "Space used", "system.filesystem.utilization") { FixedMax = 1 },
        new("Disks", "disk-io", "Disk throughput", "system.disk.io"),
        new("Disks", "disk-operations", "Disk operations", "system.disk.operations"),
        new("Network", "network-io", "Network throughput", "system.network.io"),
        new("Network", "network-errors", "Network errors", "system.network.errors"),
        new("System", "processes", "Processes", "system.process.count"),
        new("System", "uptime", "Uptime", "system.uptime"),
    ];

    /// <summary>Sizes that hardly ever change, and sums of what another chart shows.</summary>
    public static IReadOnlySet<string> Hidden { get; } = new HashSet<string>
    {
        "system.memory.limit", "system.filesystem.limit", "system.filesystem.usage", "system.paging.usage",
    };
}
