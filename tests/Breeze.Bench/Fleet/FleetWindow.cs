using Breeze.Bench.Report;

namespace Breeze.Bench.Fleet;

/// <summary>What a fleet did in a span of time and what it took, CPU in microseconds, memory in megabytes.</summary>
sealed record FleetWindow(FleetFigures Figures, double Server, double Database, double Simulator, double MemoryBegin, double MemoryEnd)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public double Rate => Figures.Heartbeats / Figures.Seconds;

    public double Percent(double cpu) => cpu / (Figures.Seconds * 1e6) * 100;

    /// <summary>Waits until every agent has been heard of and has its channel, and one interval more: first heartbeats and new connections are not the usual.</summary>
    public static async Task SettleAsync(FleetProcess fleet, FleetShape shape, bool live = true)
    {
        var until = DateTime.UtcNow + Patience;
        FleetFigures figures;
        do
        {
            await Task.Delay(1_000);
            figures = await fleet.FiguresAsync();
            if (DateTime.UtcNow > until)
            {
                throw new InvalidOperationException($"After {Patience.TotalMinutes:0} min {figures.AgentsHeard} of {shape.Agents} agents were heard of and {figures.Live} of {shape.LiveAgents} had a channel; {figures.ErrorWords}.");
            }
        }
        // Which agents have a channel is thrown by dice, so their number is about the share.
        while (figures.AgentsHeard < shape.Agents || (live && figures.Live < shape.LiveAgents * 0.95));
        Console.WriteLine($"settled with {figures.Live} channels; errors until then: {figures.ErrorWords}");
        await Task.Delay(shape.Interval);
    }

    public static async Task<FleetWindow> MeasureAsync(FleetProcess fleet, int server, Func<(double Server, double Database)> cpu, TimeSpan time)
    {
        await fleet.MarkAsync();
        var (before, simulator) = (cpu(), ProcessCpu.OwnMicrosecondsOf(fleet.Id));
        var memory = await ProcessMemory.WatchAsync(server, time);
        var (after, simulatorAfter) = (cpu(), ProcessCpu.OwnMicrosecondsOf(fleet.Id));
        var figures = await fleet.FiguresAsync();
        var part = Math.Max(1, memory.Count / 10);
        return new FleetWindow(
            figures, after.Server - before.Server, after.Database - before.Database, simulatorAfter - simulator,
            FigureReport.Median([.. memory.Take(part)]), FigureReport.Median([.. memory.TakeLast(part)]));
    }
}
