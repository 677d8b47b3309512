using System.Diagnostics;
using Breeze.Agent.Tests.Support;
using Breeze.Protocol;

namespace Breeze.Agent.Tests;

public sealed class CommandTests : IDisposable
{
    readonly TemporaryDirectory _state = new();
    readonly TemporaryDirectory _work = new();

    public void Dispose()
    {
        _state.Dispose();
        _work.Dispose();
    }

    [Fact]
    public async Task A_script_runs_with_its_parameters_and_its_output_comes_back()
    {
        await using var server = await StartServerAsync();
        var id = server.Queue("script", """{"runtime":"bash","content":"echo \"$WHO\"; echo oops >&2; exit 3","parameters":{"WHO":"$(id)"}}""");
        await using var agent = AgentProcess.Run(server, _state);

        var result = await server.ResultAsync(id);

        result.Status.ShouldBe("completed");
        result.ExitCode.ShouldBe(3);
        result.Stdout.ShouldBe("$(id)\n");
        result.Stderr.ShouldBe("oops\n");
        result.FinishedAt!.Value.ShouldBeGreaterThanOrEqualTo(result.StartedAt!.Value);
    }

    [Fact]
    public async Task A_command_of_a_plugin_runs()
    {
        await using var server = await StartServerAsync();
        var id = server.Queue("fixture.echo", """{"a":1}""");
        await using var agent = AgentProcess.Run(server, _state);

        var result = await server.ResultAsync(id);

        result.ExitCode.ShouldBe(7);
        result.Stdout.ShouldBe("""{"a":1}""");
    }

    [Fact]
    public async Task What_cannot_run_is_rejected_with_what_could()
    {
        await using var server = await StartServerAsync();
        var runtime = server.Queue("script", TestServer.Script("puts 1", "ruby"));
        var type = server.Queue("reformat", "{}");
        var parameter = server.Queue("script", """{"runtime":"bash","content":"true","parameters":{"A;B":"1"}}""");
        var payload = server.Queue("script", "[]");
        await using var agent = AgentProcess.Run(server, _state);

        (await server.ResultAsync(runtime)).ShouldSatisfyAllConditions(
            result => result.Status.ShouldBe("rejected"),
            result => result.Stderr.ShouldBe("No script runtime 'ruby' is on this device. There are: bash."));
        (await server.ResultAsync(type)).Stderr.ShouldBe("Nothing on this device handles commands of type 'reformat'. There are: fixture.echo.");
        (await server.ResultAsync(parameter)).Stderr!.ShouldContain("cannot name a parameter");
        (await server.ResultAsync(payload)).Status.ShouldBe("rejected");
    }

    [Fact]
    public async Task A_plugin_is_reloaded_on_command()
    {
        await using var server = await StartServerAsync();
        var id = server.Queue("plugin.reload", """{"id":"test.fixture"}""");
        await using var agent = AgentProcess.Run(server, _state);

        (await server.ResultAsync(id)).Status.ShouldBe("completed");
        await server.PluginAsync("test.fixture", report => report.Generation == 2);
    }

    [Fact]
    public async Task A_result_is_on_disk_before_it_is_sent_and_survives_a_crash()
    {
        await using var server = await StartServerAsync();
        server.RefusesResults = true;
        var id = server.Queue("script", TestServer.Script($"echo ran >> {_work.File("runs")}; echo done"));
        await using (var agent = AgentProcess.Run(server, _state))
        {
            await server.Events.WhenAsync("a refused result", () => server.RefusedResults > 0);
            await agent.KillAsync();
        }

        server.RefusesResults = false;
        await using var again = AgentProcess.Run(server, _state);

        (await server.ResultAsync(id)).Stdout.ShouldBe("done\n");
        await TwoMoreHeartbeatsAsync(server);
        // A heartbeat that crossed with the result brings the command once more, and the agent then repeats the result that it has.
        server.Results.Where(result => result.Id == id).Select(result => (result.Result.Status, result.Result.Stdout)).Distinct().ShouldBe([("completed", "done\n")]);
        (await File.ReadAllLinesAsync(_work.File("runs"), TestContext.Current.CancellationToken)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_command_that_a_crash_interrupts_is_reported_and_not_run_again()
    {
        await using var server = await StartServerAsync();
        var id = server.Queue("script", TestServer.Script($"echo ran >> {_work.File("runs")}; exec sleep 20"));
        await using (var agent = AgentProcess.Run(server, _state))
        {
            await server.Events.WhenAsync("the start", () => server.Messages.Exists(message => message.Type == "started" && message.CommandId == id));
            await FileAsync(_work.File("runs"));
            await agent.KillAsync();
        }

        await using var again = AgentProcess.Run(server, _state);

        var result = await server.ResultAsync(id);
        result.Status.ShouldBe("failed");
        result.Stderr.ShouldBe("The agent restarted while this command was running; it was not run again.");
        result.StartedAt.ShouldNotBeNull();
        await TwoMoreHeartbeatsAsync(server);
        (await File.ReadAllLinesAsync(_work.File("runs"), TestContext.Current.CancellationToken)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_command_that_is_delivered_again_and_again_runs_once()
    {
        await using var server = await StartServerAsync();
        server.ForgetsResults = true;
        var command = TestServer.Command("script", TestServer.Script($"echo ran >> {_work.File("runs")}; echo done"));
        await using var agent = AgentProcess.Run(server, _state);
        await server.SendAsync(new ChannelMessage(ChannelMessageTypes.Command) { Command = command });
        await server.SendAsync(new ChannelMessage(ChannelMessageTypes.Command) { Command = command });
        await server.ResultAsync(command.Id);

        // What crosses with the result is ignored, so one more delivery would prove nothing; every heartbeat brings it from here on.
        server.Queue(command);

        await server.Events.WhenAsync("the result twice more", () => server.Results.Count(result => result.Id == command.Id) >= 3);
        server.Results.ShouldAllBe(result => result.Result.Stdout == "done\n");
        (await File.ReadAllLinesAsync(_work.File("runs"), TestContext.Current.CancellationToken)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_time_out_ends_the_whole_process_tree()
    {
        await using var server = await StartServerAsync();
        var script = $"sleep 300 & echo $! > {_work.File("child")}; setsid sleep 300 & echo $! >> {_work.File("child")}; wait";
        var id = server.Queue("script", TestServer.Script(script), timeout: 2);
        await using var agent = AgentProcess.Run(server, _state);

        var result = await server.ResultAsync(id);

        result.Status.ShouldBe("timeout");
        result.Stderr!.ShouldContain("time-out of 2 s");
        foreach (var child in await File.ReadAllLinesAsync(_work.File("child"), TestContext.Current.CancellationToken))
        {
            IsAlive(int.Parse(child)).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Long_output_is_cut_and_says_so_and_broken_text_is_mended()
    {
        await using var server = await StartServerAsync();
        var id = server.Queue("script", TestServer.Script("printf 'a\\377b\\n' >&2; head -c 3000000 /dev/zero | tr '\\0' x"));
        await using var agent = AgentProcess.Run(server, _state);

        var result = await server.ResultAsync(id);

        result.Status.ShouldBe("completed");
        result.Stdout!.Length.ShouldBeLessThan((1 << 20) + 200);
        result.Stdout.ShouldEndWith("\n[Output truncated: the first 1 MiB of 3000000 bytes is kept.]\n");
        result.Stderr.ShouldBe("a\uFFFDb\n");
    }

    [Fact]
    public async Task The_wake_channel_delivers_within_a_second_and_streams_output()
    {
        await using var server = await StartServerAsync();
        await using var agent = AgentProcess.Run(server, _state);
        await server.PluginAsync("runtimes.bash", report => report.State == "active");
        // The first is slow for what is compiled then, and a busy machine may hold up one more.
        var quickest = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var quick = TestServer.Command("script", TestServer.Script("true"));
            var clock = Stopwatch.StartNew();
            await server.SendAsync(new ChannelMessage(ChannelMessageTypes.Command) { Command = quick });
            await server.Events.WhenAsync("the start", () => server.Messages.Exists(message => message.Type == "started" && message.CommandId == quick.Id));
            quickest = clock.Elapsed < quickest ? clock.Elapsed : quickest;
            await server.ResultAsync(quick.Id);
        }

        quickest.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        var command = TestServer.Command("script", TestServer.Script("echo first; sleep 1; echo second"));

        await server.SendAsync(new ChannelMessage(ChannelMessageTypes.Command) { Command = command });

        await server.Events.WhenAsync("the first line", () => server.Messages.Exists(message =>
            message is { Type: "output", Stream: "stdout", Data: "first\n" } && message.CommandId == command.Id));
        server.Results.ShouldNotContain(result => result.Id == command.Id);
        (await server.ResultAsync(command.Id)).Stdout.ShouldBe("first\nsecond\n");
    }

    [Fact]
    public async Task A_running_command_can_be_cancelled()
    {
        await using var server = await StartServerAsync();
        var id = server.Queue("script", TestServer.Script("echo begun; sleep 300"));
        await using var agent = AgentProcess.Run(server, _state);
        await server.Events.WhenAsync("the start", () => server.Messages.Exists(message => message.Type == "started"));

        await server.SendAsync(new ChannelMessage(ChannelMessageTypes.Cancel) { CommandId = id });

        (await server.ResultAsync(id)).Status.ShouldBe("cancelled");
    }

    [Fact]
    public async Task An_agent_that_is_stopped_cancels_what_runs_and_keeps_the_result()
    {
        await using var server = await StartServerAsync();
        var id = server.Queue("script", TestServer.Script("echo begun; sleep 300"));
        await using (var agent = AgentProcess.Run(server, _state))
        {
            await server.Events.WhenAsync("output", () => server.Messages.Exists(message => message.Type == "output"));
            server.RefusesResults = true;
            var clock = Stopwatch.StartNew();
            agent.Terminate();
            (await agent.ExitAsync()).ShouldBe(0);
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        }

        server.RefusesResults = false;
        await using var again = AgentProcess.Run(server, _state);

        var result = await server.ResultAsync(id);
        result.Status.ShouldBe("cancelled");
        result.Stdout.ShouldBe("begun\n");
        result.Stderr.ShouldBe("The agent was stopped while this command was running.");
    }

    [Fact]
    public async Task At_most_four_scripts_run_at_once_and_all_of_them_count_as_running()
    {
        await using var server = await StartServerAsync();
        var ids = Enumerable.Range(0, 6)
            .Select(_ => server.Queue("script", TestServer.Script($"touch {_work.Path}/$$; until [ -e {_work.File("go")} ]; do sleep 0.1; done")))
            .ToArray();
        await using var agent = AgentProcess.Run(server, _state);
        await server.Events.WhenAsync("four starts", () => server.Messages.Count(message => message.Type == "started") >= 4);
        await server.Events.WhenAsync("a heartbeat with all", () => server.Heartbeats.Exists(beat => beat.Running is { Count: 6 }));
        server.Messages.Count(message => message.Type == "started").ShouldBe(4);

        await File.WriteAllTextAsync(_work.File("go"), "", TestContext.Current.CancellationToken);

        foreach (var id in ids)
        {
            (await server.ResultAsync(id)).Status.ShouldBe("completed");
        }
    }

    static Task<TestServer> StartServerAsync() => TestServer.StartAsync(true, TestPackage.Bash, signer => TestPackage.Fixture(signer));

    static async Task TwoMoreHeartbeatsAsync(TestServer server)
    {
        var count = server.Events.Read(() => server.Heartbeats.Count);
        await server.Events.WhenAsync("two more heartbeats", () => server.Heartbeats.Count >= count + 2);
    }

    static async Task FileAsync(string path)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            await Task.Delay(50, limit.Token);
        }
    }

    static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            // A zombie that nobody has reaped yet no longer runs.
            return !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is ArgumentException or IOException)
        {
            return false;
        }
    }
}
