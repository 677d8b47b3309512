using System.Globalization;
using Breeze.Bench.Report;

namespace Breeze.Bench;

/// <summary>What the agent of this machine takes while nothing happens, with all first-party plugins. The floor is a .NET process that sleeps.</summary>
static class AgentBench
{
    public static async Task RunAsync(BenchOptions options, FigureReport report)
    {
        var (settle, measure) = options.Quick ? (20, 15) : (40, 120);
        using var sleeper = Part.Start("part-sleep");
        var (memory, own, cpu) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < 2; run++)
        {
            await using var server = await BenchServer.StartAsync(localAgent: true);
            var agent = await FindAgentAsync(server.Process.ProcessId);
            // The first minute is not idle: it fetches and loads its plugins.
            await Task.Delay(TimeSpan.FromSeconds(settle));
            var before = ProcessCpu.OwnMicrosecondsOf(agent);
            await Task.Delay(TimeSpan.FromSeconds(measure));
            cpu.Add((ProcessCpu.OwnMicrosecondsOf(agent) - before) / (measure * 1e6) * 100);
            memory.Add(Memory(agent, "Rss:"));
            own.Add(Memory(agent, "Private_Dirty:"));
        }

        report.Add("agent.rss", "MB", memory, Memory(sleeper.Id, "Rss:"));
        report.Add("agent.private_dirty", "MB", own, Memory(sleeper.Id, "Private_Dirty:"));
        report.Add("agent.cpu", "% of a core", cpu);
    }

    static async Task<int> FindAgentAsync(int server)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            foreach (var child in Children(server))
            {
                if (File.Exists($"/proc/{child}/comm") && File.ReadAllText($"/proc/{child}/comm").StartsWith("breeze-agent", StringComparison.Ordinal))
                {
                    return int.Parse(child, CultureInfo.InvariantCulture);
                }
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException("The server has started no agent.");
    }

    /// <summary>A child belongs to the thread that started it.</summary>
    static IEnumerable<string> Children(int process) => Directory.EnumerateDirectories($"/proc/{process}/task")
        .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Megabytes of 1,000,000 bytes.</summary>
    static double Memory(int process, string field) => double.Parse(
        File.ReadLines($"/proc/{process}/smaps_rollup").First(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024 / 1e6;
}
