using Breeze.Agent.Tests.Support;

namespace Breeze.Agent.Tests;

public sealed class EnrolmentTests : IDisposable
{
    readonly TemporaryDirectory _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task An_enrolled_agent_keeps_its_token_to_itself()
    {
        await using var server = await TestServer.StartAsync();

        await using var agent = AgentProcess.Start(
            "enroll", "--server", server.Address.AbsoluteUri, "--key", TestServer.Key, "--state", _state);

        (await agent.ExitAsync()).ShouldBe(0, agent.Log);
        var request = server.Enrolments.ShouldHaveSingleItem();
        request.Hostname.ShouldBe(Environment.MachineName);
        request.MachineId.Length.ShouldBeGreaterThanOrEqualTo(32);
        request.Os.Family.ShouldBeOneOf("linux", "windows", "macos");
        request.AgentVersion.ShouldNotBeEmpty();
        agent.Log.ShouldNotContain("the-token");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(_state.File("agent.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(_state).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_refused_enrolment_says_why_in_the_words_of_the_server()
    {
        await using var server = await TestServer.StartAsync();

        await using var agent = AgentProcess.Start("enroll", "--server", server.Address.AbsoluteUri, "--key", "wrong", "--state", _state);

        (await agent.ExitAsync()).ShouldBe(1);
        agent.Log.ShouldBe("breeze-agent: Enrolment refused: The key is used up.");
        File.Exists(_state.File("agent.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_token_never_leaves_the_machine_unencrypted()
    {
        await using var agent = AgentProcess.Start("enroll", "--server", "http://breeze.example.com", "--key", "k", "--state", _state);

        (await agent.ExitAsync()).ShouldBe(1);
        agent.Log.ShouldContain("use https://");
    }

    [Fact]
    public async Task An_agent_that_is_not_enrolled_says_how_to_enrol_it()
    {
        await using var run = AgentProcess.Start("run", "--state", _state);
        (await run.ExitAsync()).ShouldBe(4);
        run.Log.ShouldContain("breeze-agent enroll --server URL --key KEY");

        await using var status = AgentProcess.Start("status", "--state", _state);
        (await status.ExitAsync()).ShouldBe(4);
    }

    [Fact]
    public async Task Two_agents_cannot_share_one_state_directory()
    {
        await using var server = await TestServer.StartAsync();
        await using var first = AgentProcess.Run(server, _state);
        await server.Events.WhenAsync("a heartbeat", () => server.Heartbeats.Count > 0);

        await using var second = AgentProcess.Run(server, _state);

        (await second.ExitAsync()).ShouldBe(2);
        second.Log.ShouldBe($"breeze-agent: Another agent uses {_state.Path} already.");
        await server.Events.WhenAsync("a second heartbeat", () => server.Heartbeats.Count > 1);
        await using var status = AgentProcess.Start("status", "--state", _state);
        (await status.ExitAsync()).ShouldBe(0, status.Log);
        status.Log.ShouldContain(server.AgentId.ToString());
        status.Log.ShouldContain("State      running");
    }

    [Fact]
    public async Task An_agent_ends_with_the_process_that_it_was_told_to_follow()
    {
        await using var server = await TestServer.StartAsync();
        using var parent = System.Diagnostics.Process.Start("sleep", "300");
        await using var agent = AgentProcess.Start(
            "run", "--state", _state, "--server", server.Address.AbsoluteUri, "--key", TestServer.Key, "--parent-pid", $"{parent.Id}");
        await server.Events.WhenAsync("a heartbeat", () => server.Heartbeats.Count > 0);

        parent.Kill();
        await parent.WaitForExitAsync(TestContext.Current.CancellationToken);

        (await agent.ExitAsync()).ShouldBe(0);
    }
}
