using System.Globalization;

namespace Breeze.Bench.Report;

/// <summary>What of a process is in memory, in megabytes of 1,000,000 bytes, from /proc.</summary>
static class ProcessMemory
{
    public static double ResidentOf(int processId) => double.Parse(
        File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024 / 1e6;

    /// <summary>Looks every few seconds until the time is over.</summary>
    public static async Task<IReadOnlyList<double>> WatchAsync(int processId, TimeSpan time)
    {
        var samples = new List<double>();
        var step = TimeSpan.FromSeconds(Math.Clamp(time.TotalSeconds / 60, 1, 5));
        for (var left = time; left > TimeSpan.Zero; left -= step)
        {
            await Task.Delay(left < step ? left : step);
            samples.Add(ResidentOf(processId));
        }
        return samples;
    }
}
