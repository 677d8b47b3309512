using Breeze.Sdk;

namespace Breeze.SystemPlus;

/// <summary>Counts the threads of all processes, from the second half of the fourth field of /proc/loadavg.</summary>
sealed class ThreadCollector : ICollector
{
    static readonly MetricDescriptor Threads =
        new("system.thread.count", "{thread}", MetricKind.Gauge, "Threads of all processes on the machine.") { Title = "Threads" };

    public string Name => "system-threads";

    public IReadOnlyList<MetricDescriptor> Metrics => [Threads];

    public async ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken)
    {
        var fields = (await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ');
        sink.Add(Threads, int.Parse(fields[3].Split('/')[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
