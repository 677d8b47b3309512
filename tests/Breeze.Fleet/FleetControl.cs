namespace Breeze.Fleet;

/// <summary>
/// Lets another program drive the run: a line on standard input asks, one line of JSON answers. <c>mark</c> begins the figures anew, <c>figures</c> answers them,
/// <c>stop</c> ends the run, which answers them once more.
/// </summary>
static class FleetControl
{
    public static async Task RunAsync(int agents, FleetStatistics statistics, CancellationTokenSource stop)
    {
        Console.WriteLine($$"""{"agents":{{agents}}}""");
        while (await Task.Run(Console.In.ReadLine) is { } line && line != "stop")
        {
            if (line == "mark")
            {
                statistics.Mark();
            }
            Console.WriteLine(statistics.Json());
        }
        // Also when the other program has gone.
        await stop.CancelAsync();
    }
}
