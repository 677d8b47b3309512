using Breeze.Sdk;

namespace Breeze.Collectors.Processes;

/// <summary>Reads what the busiest programs use.</summary>
sealed class TopCollector : ICollector
{
    static readonly MetricDescriptor Cpu = new("process.cpu.utilization", "1", MetricKind.Gauge, "Share of all cores that the processes of one program use.")
    {
        Labels = ["name"], Title = "CPU by program",
    };

    static readonly MetricDescriptor Memory = new("process.memory.usage", "By", MetricKind.Gauge, "Physical memory that the processes of one program hold.")
    {
        Labels = ["name"], Title = "Memory by program",
    };

    readonly Lock _gate = new();
    IProcessReader? _reader;
    TopPrograms? _programs;
    TimeProvider _time = TimeProvider.System;
    Dictionary<(int Pid, string Instance), double> _before = [];
    long _beforeAt;

    public string Name => "processes";

    public IReadOnlyList<MetricDescriptor> Metrics { get; } = [Cpu, Memory];

    public void Start(IProcessReader reader, ProcessesOptions options, TimeProvider time)
    {
        lock (_gate)
            (_reader, _programs, _time, _before) = (reader, options.Top > 0 ? new TopPrograms(options.Top) : null, time, []);
    }

    public void Stop()
    {
        lock (_gate)
            _reader = null;
    }

    public async ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken)
    {
        IProcessReader? reader;
        lock (_gate)
            reader = _programs is null ? null : _reader;
        if (reader is null)
            return;
        var processes = await reader.ReadAsync(withDetails: false, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_programs is null)
                return;
            foreach (var program in _programs.Choose(Sum(processes), _time.GetUtcNow()))
            {
                sink.Add(Cpu, Math.Clamp(program.Cpu, 0, 1), program.Name);
                sink.Add(Memory, program.MemoryBytes, program.Name);
            }
        }
    }

    /// <summary>By name, since the previous reading; with the first one nothing has used anything yet.</summary>
    List<ProgramUsage> Sum(IReadOnlyList<ProcessInfo> processes)
    {
        var elapsed = _beforeAt == 0 ? 0 : _time.GetElapsedTime(_beforeAt).TotalSeconds * Environment.ProcessorCount;
        _beforeAt = _time.GetTimestamp();
        var usage = processes.GroupBy(process => Clean(process.Name)).Select(program => new ProgramUsage(
            program.Key,
            elapsed <= 0 ? 0 : program.Sum(process => Math.Max(0, process.CpuSeconds - _before.GetValueOrDefault((process.Pid, process.Instance), process.CpuSeconds))) / elapsed,
            program.Sum(process => process.MemoryBytes),
            program.Count())).ToList();
        _before = processes.DistinctBy(process => (process.Pid, process.Instance)).ToDictionary(process => (process.Pid, process.Instance), process => process.CpuSeconds);
        return usage;
    }

    /// <summary>Kernel threads are named after what they do at the moment: <c>kworker/0:1-events</c>.</summary>
    static string Clean(string name)
    {
        var end = name.IndexOfAny(['/', ':']);
        return Lines.Cut(end > 0 ? name[..end] : name, 64);
    }
}
