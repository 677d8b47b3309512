using System.Diagnostics;

namespace Breeze.Fleet;

/// <summary>Enrols the fleet and keeps it going.</summary>
static class FleetRun
{
    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(FleetOptions options, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = options.Connections > 0 ? options.Connections : Math.Max(16, options.Agents),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(15),
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        };
        using var client = new HttpClient(handler, disposeHandler: false) { BaseAddress = options.Server, Timeout = TimeSpan.FromSeconds(60) };
        var statistics = new FleetStatistics();
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var agents = await new Enrolments(options, client).EnrolAsync(
                (model, id, token, index) => new SimulatedAgent(model, id, token, index, options, client, statistics), stop.Token);
            if (options.Duration is { } duration)
            {
                stop.CancelAfter(duration);
            }
            var watch = Stopwatch.StartNew();
            var work = agents.Select(agent => AgentAsync(agent, options, statistics, handler, stop.Token)).Append(ReportAsync(agents, statistics, stop.Token)).ToList();
            await Task.WhenAll(work);
            var figures = statistics.Json(watch.Elapsed.TotalSeconds);
            Console.WriteLine(figures);
            if (options.JsonPath is not null)
            {
                await File.WriteAllTextAsync(options.JsonPath, figures, CancellationToken.None);
            }
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is FleetException or HttpRequestException or IOException)
        {
            Console.Error.WriteLine(e is HttpRequestException ? $"The server at {options.Server} cannot be reached: {e.Message}" : e.Message);
            return 1;
        }
    }

    /// <summary>Starts somewhere within the first interval, as machines do that were switched on at different times.</summary>
    static async Task AgentAsync(SimulatedAgent agent, FleetOptions options, FleetStatistics statistics, SocketsHttpHandler handler, CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        var link = new WakeLink(agent, options, statistics, invoker);
        var linked = agent.Model.Chance(options.LiveShare) ? link.RunAsync(cancellationToken) : Task.CompletedTask;
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(agent.Model.Random() * agent.IntervalSeconds), cancellationToken);
            while (true)
            {
                link.ComeBack();
                var pause = await agent.BeatAsync(cancellationToken);
                if (options.AwayShare > 0 && agent.Model.Chance(options.AwayShare / 10))
                {
                    pause = TimeSpan.FromSeconds(agent.IntervalSeconds * (5 + agent.Model.Random() * 10));
                    link.GoAway();
                }
                await Task.Delay(pause, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run is over.
        }
        await linked.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    static async Task ReportAsync(IReadOnlyList<SimulatedAgent> agents, FleetStatistics statistics, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BetweenLines);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                Console.WriteLine(statistics.Line(BetweenLines.TotalSeconds, agents.Count(a => a.IsInContact), agents.Count));
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
