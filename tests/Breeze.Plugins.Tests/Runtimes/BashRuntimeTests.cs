using System.Globalization;
using Breeze.Runtimes.Bash;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Runtimes;

public sealed class BashRuntimeTests
{
    readonly RecordingOutput _output = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_probe_tells_the_version()
    {
        await using var plugin = await RunningPlugin.StartAsync(new BashPlugin());
        var probe = await plugin.Registered.Runtimes[0].ProbeAsync(Cancellation);
        probe.IsAvailable.ShouldBeTrue(probe.Message);
        Version.Parse(probe.Version!).Major.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_missing_interpreter_is_reported_with_what_to_do()
    {
        await using var plugin = await RunningPlugin.StartAsync(new BashPlugin(), processes: new EmptyMachine());
        var runtime = plugin.Registered.Runtimes[0];
        var probe = await runtime.ProbeAsync(Cancellation);
        probe.IsAvailable.ShouldBeFalse();
        probe.Message.ShouldNotBeNull().ShouldContain("install");
        var outcome = await runtime.ExecuteAsync(new ScriptRequest(Guid.NewGuid(), "true", TimeSpan.FromSeconds(5)), _output, Cancellation);
        outcome.Status.ShouldBe(CommandStatus.Failed);
        outcome.Message.ShouldBe(probe.Message);
    }

    [Fact]
    public async Task A_wrong_setting_is_named_in_the_probe()
    {
        await using var plugin = await RunningPlugin.StartAsync(new BashPlugin(), """{"executable": "/no/such/bash"}""");
        (await plugin.Registered.Runtimes[0].ProbeAsync(Cancellation)).Message.ShouldNotBeNull().ShouldContain("/no/such/bash");
    }

    [Fact]
    public async Task The_exit_code_and_both_streams_come_back()
    {
        (await RunAsync("echo out; echo err >&2; exit 7")).ShouldBe(CommandOutcome.Completed(7));
        _output.Text.ShouldBe("out\n");
        _output.ErrorText.ShouldBe("err\n");
    }

    [Fact]
    public async Task Lines_arrive_in_order_and_before_the_end()
    {
        var gate = Path.Combine(Path.GetTempPath(), $"breeze-gate-{Guid.NewGuid():N}");
        var run = RunAsync($"echo one; echo two; until [ -e '{gate}' ]; do sleep 0.05; done; echo three");
        await _output.WaitForAsync("one\ntwo\n");
        run.IsCompleted.ShouldBeFalse();
        await File.WriteAllTextAsync(gate, "", Cancellation);
        await run;
        File.Delete(gate);
        _output.Text.ShouldBe("one\ntwo\nthree\n");
    }

    [Fact]
    public async Task Five_megabytes_come_through_whole()
    {
        await RunAsync("head -c 5242880 /dev/zero | tr '\\0' x; printf end");
        _output.Stdout.Length.ShouldBe(5242880 + 3);
        _output.Text.ShouldEndWith("xend");
    }

    [Fact]
    public async Task Bytes_that_are_no_text_pass_through()
    {
        await RunAsync("printf '\\377\\376a\\200'");
        _output.Stdout.ShouldBe([0xff, 0xfe, (byte)'a', 0x80]);
    }

    [Theory]
    [InlineData("$(touch x)")]
    [InlineData("`touch x`")]
    [InlineData("'; touch x; '")]
    [InlineData("a\ntouch x")]
    public async Task A_parameter_is_never_run(string hostile)
    {
        await RunAsync("""printf %s "$NAME"; ls -A""", new() { ["NAME"] = hostile });
        _output.Text.ShouldBe(hostile);
    }

    [Fact]
    public async Task A_script_from_Windows_with_its_line_ends_runs()
    {
        (await RunAsync("if true; then\r\n  echo fine\r\nfi\r\n")).ShouldBe(CommandOutcome.Completed());
        _output.Text.ShouldBe("fine\n");
    }

    [Fact]
    public async Task Nobody_else_can_read_the_script_and_it_is_gone_afterwards()
    {
        await RunAsync("""stat -c '%a' "$0" "$(dirname "$0")" .; echo "$0" """);
        var lines = _output.Text.Trim().Split('\n');
        lines[..3].ShouldBe(["600", "700", "700"]);
        Directory.Exists(Path.GetDirectoryName(lines[3])).ShouldBeFalse();
    }

    [Fact]
    public async Task A_time_out_ends_the_script_and_its_background_child()
    {
        var run = RunAsync("setsid sleep 300 & echo $!; nohup sleep 300 & sleep 300", timeout: TimeSpan.FromSeconds(2.5));
        await _output.WaitForAsync("\n");
        var outcome = await run;
        outcome.Status.ShouldBe(CommandStatus.Timeout);
        outcome.Message.ShouldNotBeNull().ShouldContain("2.5 s");
        LiveProcess.Exists(int.Parse(_output.Text.Trim(), CultureInfo.InvariantCulture)).ShouldBeFalse();
    }

    [Fact]
    public async Task Scripts_run_side_by_side()
    {
        await using var plugin = await RunningPlugin.StartAsync(new BashPlugin());
        var runtime = plugin.Registered.Runtimes[0];
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(code =>
            runtime.ExecuteAsync(new ScriptRequest(Guid.NewGuid(), $"exit {code}", TimeSpan.FromSeconds(20)), _output, Cancellation).AsTask()));
        outcomes.Select(outcome => outcome.ExitCode).ShouldBe(Enumerable.Range(0, 10).Select(code => (int?)code));
    }

    async Task<CommandOutcome> RunAsync(string content, Dictionary<string, string>? parameters = null, TimeSpan? timeout = null)
    {
        await using var plugin = await RunningPlugin.StartAsync(new BashPlugin());
        var request = new ScriptRequest(Guid.NewGuid(), content, timeout ?? TimeSpan.FromSeconds(20)) { Parameters = parameters ?? [] };
        return await plugin.Registered.Runtimes[0].ExecuteAsync(request, _output, Cancellation);
    }
}

/// <summary>A machine on which nothing is installed.</summary>
sealed class EmptyMachine : IProcessRunner
{
    public ValueTask<ProcessOutcome> RunAsync(ProcessSpec spec, ICommandOutput output, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new ProcessOutcome(ProcessEnd.NotStarted));

    public string? Find(string fileName) => null;
}
