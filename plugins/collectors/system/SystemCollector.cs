using System.Globalization;
using Breeze.Sdk;

namespace Breeze.Collectors.System;

/// <summary>Reads the system and names what it read.</summary>
sealed class SystemCollector : ICollector
{
    readonly SystemMetrics _metrics = new();
    readonly SystemReading _reading = new();
    readonly CpuUsage _cpu = new();
    readonly List<(string Label, CpuUsage Usage)> _cores = [];
    readonly Lock _gate = new();
    ISystemReader? _reader;
    SystemOptions _options = SystemOptions.Default;

    public SystemCollector() => Metrics = _metrics.All;

    public string Name => "system";

    public IReadOnlyList<MetricDescriptor> Metrics { get; }

    /// <summary>Takes the baseline of the CPU, so that the first reading has a value.</summary>
    public void Start(ISystemReader reader, SystemOptions options)
    {
        lock (_gate)
        {
            (_reader, _options) = (reader, options);
            reader.Read(_reading);
            UpdateCores(_reading);
            _cpu.Next(_reading.Cpu);
        }
    }

    /// <summary>Waits for a collection that is still running.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _reader?.Dispose();
            _reader = null;
        }
    }

    public ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_reader is null)
                return ValueTask.CompletedTask;
            _reading.Clear();
            _reader.Read(_reading);
            AddCpu(sink);
            AddMemory(sink);
            AddFilesystems(sink);
            AddDisks(sink);
            AddNetworks(sink);
            if (_reading.UptimeSeconds is { } uptime)
                sink.Add(_metrics.Uptime, uptime);
            if (_reading.Processes is { } processes)
                sink.Add(_metrics.ProcessCount, processes);
        }
        return ValueTask.CompletedTask;
    }

    void AddCpu(ICollectorSink sink)
    {
        if (_reading.Cpu.Total > 0)
            sink.Add(_metrics.CpuUtilization, _cpu.Next(_reading.Cpu));
        UpdateCores(_reading);
        for (var core = 0; _options.PerCore && core < _reading.Cores.Count; core++)
        {
            if (_reading.Cores[core].Total > 0)
                sink.Add(_metrics.CoreUtilization, _cores[core].Usage.Next(_reading.Cores[core]), _cores[core].Label);
        }
        if (_reading.Load is not { } load)
            return;
        sink.Add(_metrics.Load1, load.One);
        sink.Add(_metrics.Load5, load.Five);
        sink.Add(_metrics.Load15, load.Fifteen);
    }

    /// <summary>A core that appears while the device runs begins with a baseline of its own.</summary>
    void UpdateCores(SystemReading reading)
    {
        while (_cores.Count < reading.Cores.Count)
        {
            var usage = new CpuUsage();
            usage.Next(reading.Cores[_cores.Count]);
            _cores.Add((_cores.Count.ToString(CultureInfo.InvariantCulture), usage));
        }
    }

    void AddMemory(ICollectorSink sink)
    {
        if (_reading.Memory is { Total: > 0 } memory)
        {
            sink.Add(_metrics.MemoryUtilization, Math.Clamp((memory.Total - memory.Available) / memory.Total, 0, 1));
            sink.Add(_metrics.MemoryLimit, memory.Total);
            sink.Add(_metrics.MemoryUsage, memory.Used, "used");
            sink.Add(_metrics.MemoryUsage, memory.Free, "free");
            sink.Add(_metrics.MemoryUsage, memory.Cached, "cached");
            sink.Add(_metrics.MemoryUsage, memory.Buffers, "buffers");
        }
        if (_reading.Paging is not { } paging)
            return;
        sink.Add(_metrics.PagingUtilization, paging.Total > 0 ? Math.Clamp(paging.Used / paging.Total, 0, 1) : 0);
        sink.Add(_metrics.PagingUsage, paging.Used, "used");
        sink.Add(_metrics.PagingUsage, Math.Max(0, paging.Total - paging.Used), "free");
    }

    void AddFilesystems(ICollectorSink sink)
    {
        foreach (var (mountpoint, used, free, reserved) in _reading.Filesystems)
        {
            if (used + free <= 0)
                continue;
            sink.Add(_metrics.FilesystemUtilization, used / (used + free), mountpoint);
            sink.Add(_metrics.FilesystemLimit, used + free + reserved, mountpoint);
            sink.Add(_metrics.FilesystemUsage, used, mountpoint, "used");
            sink.Add(_metrics.FilesystemUsage, free, mountpoint, "free");
            sink.Add(_metrics.FilesystemUsage, reserved, mountpoint, "reserved");
        }
    }

    void AddDisks(ICollectorSink sink)
    {
        foreach (var disk in _reading.Disks)
        {
            sink.Add(_metrics.DiskIo, disk.ReadBytes, disk.Device, "read");
            sink.Add(_metrics.DiskIo, disk.WrittenBytes, disk.Device, "write");
            sink.Add(_metrics.DiskOperations, disk.Reads, disk.Device, "read");
            sink.Add(_metrics.DiskOperations, disk.Writes, disk.Device, "write");
        }
    }

    void AddNetworks(ICollectorSink sink)
    {
        foreach (var network in _reading.Networks)
        {
            if (_options.Interfaces.Excludes(network.Interface))
                continue;
            sink.Add(_metrics.NetworkIo, network.ReceivedBytes, network.Interface, "receive");
            sink.Add(_metrics.NetworkIo, network.SentBytes, network.Interface, "transmit");
            sink.Add(_metrics.NetworkErrors, network.ReceiveErrors, network.Interface, "receive");
            sink.Add(_metrics.NetworkErrors, network.SendErrors, network.Interface, "transmit");
        }
    }
}
