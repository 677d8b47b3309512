using Breeze.Sdk;

namespace Breeze.Collectors.System;

/// <summary>The metrics of the collector, named by OpenTelemetry's conventions for systems where those have a name.</summary>
sealed class SystemMetrics
{
    public MetricDescriptor CpuUtilization { get; } =
        Gauge("system.cpu.utilization", "1", "CPU utilization", "Share of all cores' time spent working since the last reading.") with { Warning = 0.85, Critical = 0.95 };

    public MetricDescriptor CoreUtilization { get; } =
        Gauge("system.cpu.core.utilization", "1", "CPU utilization per core", "Share of one core's time spent working since the last reading.", "cpu");

    public MetricDescriptor Load1 { get; } =
        Gauge("system.cpu.load_average.1m", "{thread}", "Load average, 1 min", "Threads running or waiting to run, averaged over a minute.");

    public MetricDescriptor Load5 { get; } =
        Gauge("system.cpu.load_average.5m", "{thread}", "Load average, 5 min", "Threads running or waiting to run, averaged over five minutes.");

    public MetricDescriptor Load15 { get; } =
        Gauge("system.cpu.load_average.15m", "{thread}", "Load average, 15 min", "Threads running or waiting to run, averaged over a quarter of an hour.");

    public MetricDescriptor MemoryUtilization { get; } =
        Gauge("system.memory.utilization", "1", "Memory utilization", "Share of memory that programs can no longer get.") with { Warning = 0.85, Critical = 0.95 };

    public MetricDescriptor MemoryUsage { get; } =
        Gauge("system.memory.usage", "By", "Memory usage", "Memory by what it is used for: used, cached, buffers, free.", "state");

    public MetricDescriptor MemoryLimit { get; } =
        Gauge("system.memory.limit", "By", "Memory size", "Memory that the operating system can use.");

    public MetricDescriptor PagingUtilization { get; } =
        Gauge("system.paging.utilization", "1", "Swap utilization", "Share of the swap space or page file in use.");

    public MetricDescriptor PagingUsage { get; } =
        Gauge("system.paging.usage", "By", "Swap usage", "Swap space or page file by state: used, free.", "state");

    public MetricDescriptor FilesystemUtilization { get; } =
        Gauge("system.filesystem.utilization", "1", "Disk space utilization", "Share of the space that programs can use which is taken.", "mountpoint") with { Warning = 0.85, Critical = 0.95 };

    public MetricDescriptor FilesystemUsage { get; } =
        Gauge("system.filesystem.usage", "By", "Disk space usage", "Space by state: used, free, reserved.", "mountpoint", "state");

    public MetricDescriptor FilesystemLimit { get; } =
        Gauge("system.filesystem.limit", "By", "Disk space size", "Size of the file system.", "mountpoint");

    public MetricDescriptor DiskIo { get; } =
        Counter("system.disk.io", "By", "Disk throughput", "Bytes read from and written to a disk.", "device", "direction");

    public MetricDescriptor DiskOperations { get; } =
        Counter("system.disk.operations", "{operation}", "Disk operations", "Reads and writes that a disk has finished.", "device", "direction");

    public MetricDescriptor NetworkIo { get; } =
        Counter("system.network.io", "By", "Network throughput", "Bytes received and sent on an interface.", "interface", "direction");

    public MetricDescriptor NetworkErrors { get; } =
        Counter("system.network.errors", "{error}", "Network errors", "Packets that could not be received or sent.", "interface", "direction");

    public MetricDescriptor Uptime { get; } =
        Gauge("system.uptime", "s", "Uptime", "Time since the operating system started.");

    public MetricDescriptor ProcessCount { get; } =
        Gauge("system.process.count", "{process}", "Processes", "Processes that exist.");

    public IReadOnlyList<MetricDescriptor> All =>
    [
        CpuUtilization, CoreUtilization, Load1, Load5, Load15, MemoryUtilization, MemoryUsage, MemoryLimit, PagingUtilization, PagingUsage,
        FilesystemUtilization, FilesystemUsage, FilesystemLimit, DiskIo, DiskOperations, NetworkIo, NetworkErrors, Uptime, ProcessCount,
    ];

    static MetricDescriptor Gauge(string name, string unit, string title, string description, params string[] labels) =>
        new(name, unit, MetricKind.Gauge, description) { Title = title, Labels = labels };

    static MetricDescriptor Counter(string name, string unit, string title, string description, params string[] labels) =>
        new(name, unit, MetricKind.Counter, description) { Title = title, Labels = labels };
}
