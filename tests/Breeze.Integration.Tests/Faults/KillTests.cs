using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Faults;

/// <summary>The real server and the real agent, killed in turn while commands run.</summary>
[Collection(FaultServer.WithAgent)]
public sealed class KillTests(FaultServer faulty)
{
    const int Scripts = 20;
    const int Seed = 20;

    // What was claimed and never delivered because of the kill comes back when its lease of 90 seconds ends.
    static readonly TimeSpan LeaseAndMore = TimeSpan.FromSeconds(180);
    static readonly string[] Endings = ["completed", "failed", "timeout", "cancelled", "rejected"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_accepted_command_ends_in_exactly_one_result_whoever_is_killed_and_metrics_resume()
    {
        var server = faulty.Server;
        var admin = await server.SignInAsync(Token);
        var device = await OnlineDeviceAsync(admin);
        await RuntimeReadyAsync(admin, device);
        var random = new Random(Seed);
        var marks = Directory.CreateTempSubdirectory("breeze-marks-");
        try
        {
            Func<Task>[] faults =
            [
                async () =>
                {
                    await server.KillAsync(Token);
                    await server.StartAgainAsync(Token);
                },
                () => KillDatabaseAsync(server),
                () =>
                {
                    AgentProcesses.Kill(AgentProcesses.AgentOf(server.DataDirectory)!.Value);
                    return Task.CompletedTask;
                },
            ];
            foreach (var fault in faults)
            {
                var accepted = new List<Guid>();
                for (var i = 0; i < Scripts; i++)
                {
                    var mark = Path.Combine(marks.FullName, Guid.NewGuid().ToString("n"));
                    accepted.Add(await admin.QueueScriptAsync(device, $"echo run >> {mark}; sleep 0.{random.Next(1, 9)}; echo done"));
                }
                await Http.UntilAsync(async () => await CountAsync(server, "finished_at IS NOT NULL", accepted) is > 0 and < Scripts || await CountAsync(server, "started_at IS NOT NULL", accepted) > 2, TimeSpan.FromSeconds(60));
                await fault();
                await Http.UntilAsync(() => ReadyAsync(server), TimeSpan.FromSeconds(60));
                await Http.UntilAsync(async () => await CountAsync(server, "finished_at IS NOT NULL", accepted) == Scripts, LeaseAndMore);
                (await ServerDatabase.ReadAsync<long>(server, "SELECT count(*) FROM command_results WHERE command_id = ANY ($1)", accepted.ToArray())).ShouldBe(Scripts);
                foreach (var id in accepted)
                {
                    (await admin.CommandAsync(device, id)).Text("status").ShouldBeOneOf(Endings);
                }
                await MetricsResumeAsync(server, device);
            }
            marks.EnumerateFiles().ShouldAllBe(mark => File.ReadAllText(mark.FullName) == "run\n");
        }
        finally
        {
            marks.Delete(recursive: true);
            admin.Dispose();
        }
    }

    [Fact]
    public async Task What_was_acknowledged_before_a_kill_is_all_there_afterwards()
    {
        var server = faulty.Server;
        using var admin = await server.SignInAsync(Token);
        var site = (await admin.GetJsonAsync("/api/v1/sites")).GetProperty("data")[0].Id();
        var agents = new List<FakeAgent>();
        for (var i = 0; i < 8; i++)
        {
            agents.Add(await FakeAgent.EnrolAsync(server.Url, admin, site));
        }
        var acknowledged = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sending = agents.Select(agent => Task.Run(async () =>
        {
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    await agent.HeartbeatAsync(new() { ["test.count"] = 1 });
                    Interlocked.Increment(ref acknowledged);
                    // No two readings of a device share a millisecond.
                    await Task.Delay(2, Token);
                }
            }
            catch (HttpRequestException)
            {
                // The kill: whatever was under way was not acknowledged.
            }
        }, Token)).ToList();
        await Http.UntilAsync(() => Task.FromResult(Volatile.Read(ref acknowledged) > 400));
        await server.KillAsync(Token);
        await stop.CancelAsync();
        await Task.WhenAll(sending);
        await server.StartAgainAsync(Token);
        (await ServerDatabase.ReadAsync<long>(server, "SELECT count(*) FROM device_metrics WHERE device_id = ANY ($1)", agents.Select(a => a.Id).ToArray())).ShouldBeInRange(acknowledged, acknowledged + agents.Count);
        agents.ForEach(a => a.Dispose());
    }

    [Fact]
    public async Task While_the_database_is_away_agents_are_told_to_come_back_and_then_it_is_started_again()
    {
        var server = faulty.Server;
        using var admin = await server.SignInAsync(Token);
        using var agent = await FakeAgent.EnrolAsync(server.Url, admin, (await admin.GetJsonAsync("/api/v1/sites")).GetProperty("data")[0].Id());
        var command = await admin.QueueScriptAsync(agent.Id);
        await agent.HeartbeatAsync(new() { ["test.before"] = 1 });
        var database = ServerDatabase.ConnectionStringOf(server);
        var restarts = Restarts(server);

        server.KillDatabase();
        var statuses = new HashSet<int>();
        await Http.UntilAsync(async () =>
        {
            foreach (var (path, body) in ((string, string)[])[(agent.HeartbeatPath, """{"metrics":{"test.during":1}}"""), (agent.ResultPath(command), """{"status":"completed"}""")])
            {
                using var response = await agent.Client.PostTextAsync(path, body);
                statuses.Add((int)response.StatusCode);
                if ((int)response.StatusCode == 503)
                {
                    response.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
                    response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
                }
            }
            using var ready = await server.Client.GetAsync("/readyz", Token);
            statuses.Add((int)ready.StatusCode);
            return (int)ready.StatusCode == 200 && statuses.Contains(503);
        }, TimeSpan.FromSeconds(60));
        statuses.Except([200, 503]).ShouldBeEmpty();
        ServerDatabase.ConnectionStringOf(server).ShouldBe(database, "it is on the same port");
        await Http.UntilAsync(() => Task.FromResult(Restarts(server) > restarts));

        await agent.HeartbeatAsync(new() { ["test.after"] = 1 });
        await agent.ResultAsync(command);
        (await admin.CommandAsync(agent.Id, command)).Text("status").ShouldBe("completed");
        var names = (await admin.GetJsonAsync($"/api/v1/devices/{agent.Id}/metrics")).GetProperty("series").EnumerateArray().Select(s => s.Text("name")).ToList();
        names.ShouldContain("test.before");
        names.ShouldContain("test.after");
    }

    [Fact]
    public async Task A_wrong_token_is_refused_without_the_database()
    {
        var server = faulty.Server;
        using var stranger = server.ClientWith("brz_agent_unknown");
        var id = Guid.NewGuid();
        var processes = AgentProcesses.WithArgument(Path.Combine(server.DataDirectory, "postgres", "data")).SelectMany(p => new[] { p }.Concat(ChildrenOf(p))).Distinct().ToList();
        processes.Count.ShouldBeGreaterThan(3);
        await SignalAsync("-STOP", processes);
        try
        {
            var refused = Enumerable.Range(0, 100).Select(_ => stranger.PostTextAsync($"/api/v1/agents/{id}/heartbeat", "{}").ShouldBeProblemAsync(401, "agent_unauthenticated"));
            await Task.WhenAll(refused).WaitAsync(TimeSpan.FromSeconds(20), Token);
        }
        finally
        {
            await SignalAsync("-CONT", processes);
        }
    }

    static IEnumerable<int> ChildrenOf(int id) => Directory.EnumerateDirectories($"/proc/{id}/task")
        .SelectMany(t => File.ReadAllText(Path.Combine(t, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(c => int.Parse(c, System.Globalization.CultureInfo.InvariantCulture));

    static async Task SignalAsync(string signal, IEnumerable<int> processes)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [signal, .. processes.Select(p => $"{p}")]);
        await kill.WaitForExitAsync(Token);
    }

    static async Task<Guid> OnlineDeviceAsync(HttpClient admin)
    {
        JsonElement? online = null;
        await Http.UntilAsync(async () =>
        {
            online = (await admin.GetJsonAsync("/api/v1/devices")).GetProperty("data").EnumerateArray().Cast<JsonElement?>()
                .FirstOrDefault(d => d!.Value.Text("status") == "online" && d.Value.GetProperty("live").GetBoolean());
            return online is not null;
        }, TimeSpan.FromSeconds(60));
        return online!.Value.Id();
    }

    static async Task RuntimeReadyAsync(HttpClient admin, Guid device)
    {
        var id = await admin.QueueScriptAsync(device, "echo ready");
        await Http.UntilAsync(async () => (await admin.CommandAsync(device, id)).Text("status") == "completed", TimeSpan.FromSeconds(60));
    }

    /// <summary>Kills the database and waits for the new one: the old one's last moments must not pass for it.</summary>
    static async Task KillDatabaseAsync(ServerProcess server)
    {
        var before = Restarts(server);
        server.KillDatabase();
        await Http.UntilAsync(() => Task.FromResult(Restarts(server) > before), TimeSpan.FromSeconds(60));
    }

    static int Restarts(ServerProcess server) => server.Output.Split("The embedded PostgreSQL runs again").Length - 1;

    static async Task<bool> ReadyAsync(ServerProcess server)
    {
        using var response = await server.Client.GetAsync("/readyz", Token);
        return response.IsSuccessStatusCode;
    }

    static Task<long> CountAsync(ServerProcess server, string condition, List<Guid> ids) =>
        ServerDatabase.ReadAsync<long>(server, $"SELECT count(*) FROM device_commands WHERE id = ANY ($1) AND {condition}", ids.ToArray());

    static async Task MetricsResumeAsync(ServerProcess server, Guid device)
    {
        var now = DateTime.UtcNow;
        await Http.UntilAsync(async () =>
            await ServerDatabase.ReadAsync<long>(server, "SELECT count(*) FROM device_metrics WHERE device_id = $1 AND at > $2", device, now) > 0, TimeSpan.FromSeconds(60));
    }
}
