namespace Breeze.Core.Metrics;

/// <summary>Where in a layout the few readings are that lists show; −1 where it has none.</summary>
sealed record KeyFigurePlaces(int Cpu, int Memory, int[] Disks, int Uptime)
{
    public static KeyFigurePlaces In(string[] names) => new(
        Array.IndexOf(names, "system.cpu.utilization"),
        Array.IndexOf(names, "system.memory.utilization"),
        [.. names.Index().Where(n => MetricName.Bare(n.Item) == "system.filesystem.utilization").Select(n => n.Index)],
        Array.IndexOf(names, "system.uptime"));
}
