using System.Net.Security;

namespace Breeze.Fleet;

/// <summary>Enrols the fleet and keeps it going.</summary>
static class FleetRun
{
    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(FleetOptions options, CancellationToken cancellationToken)
    {
        var server = new FleetServer(options.Server, options.AuthorityFile);
        using var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = Math.Max(16, options.Agents),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(15),
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            SslOptions = server.Tls ?? new SslClientAuthenticationOptions(),
        };
        // For enrolments and wake channels; what is sent every minute goes over the pools.
        using var client = new HttpClient(handler, disposeHandler: false) { BaseAddress = options.Server, Timeout = TimeSpan.FromSeconds(60) };
        using var shared = new ConnectionPool(server, options.Connections);
        var pools = new List<ConnectionPool>();
        var statistics = new FleetStatistics();
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var agents = await new Enrolments(options, client).EnrolAsync(
                (model, id, token, index) => new SimulatedAgent(model, id, token, index, options, PoolOf(server, options, shared, pools), statistics), stop.Token);
            statistics.Mark();
            if (options.Duration is { } duration)
            {
                stop.CancelAfter(duration);
            }
            var report = options.Control ? FleetControl.RunAsync(agents.Count, statistics, stop) : ReportAsync(agents, statistics, stop.Token);
            var work = agents.Select(agent => AgentAsync(agent, options, statistics, client, stop.Token)).Append(report).ToList();
            await Task.WhenAll(work);
            await FinishAsync(options, agents, statistics);
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
        finally
        {
            pools.ForEach(static pool => pool.Dispose());
        }
    }

    static ConnectionPool PoolOf(FleetServer server, FleetOptions options, ConnectionPool shared, List<ConnectionPool> pools)
    {
        if (options.Connections > 0)
        {
            return shared;
        }
        pools.Add(new ConnectionPool(server, 1));
        return pools[^1];
    }

    static async Task FinishAsync(FleetOptions options, IReadOnlyList<SimulatedAgent> agents, FleetStatistics statistics)
    {
        if (options.AcknowledgedPath is not null)
        {
            await File.WriteAllLinesAsync(options.AcknowledgedPath, agents.Where(a => a.Acknowledged.Count > 0).Select(a => $"{a.Id} {string.Join(' ', a.Acknowledged)}"), CancellationToken.None);
        }
        var figures = statistics.Json();
        Console.WriteLine(figures);
        if (options.JsonPath is not null)
        {
            await File.WriteAllTextAsync(options.JsonPath, figures, CancellationToken.None);
        }
    }

    /// <summary>Starts somewhere within the first interval, as machines do that were switched on at different times.</summary>
    static async Task AgentAsync(SimulatedAgent agent, FleetOptions options, FleetStatistics statistics, HttpClient client, CancellationToken cancellationToken)
    {
        var link = new WakeLink(agent, options, statistics, client);
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
