using System.Text;
using Breeze.PluginHost.Processes;
using Breeze.Runtimes.Python;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Runtimes;

public sealed class PythonRuntimeTests
{
    readonly RecordingOutput _output = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_script_prints_any_character_and_returns_its_exit_code()
    {
        var outcome = await RunAsync("import os, sys\nprint('ä€😀', os.environ['NAME'])\nsys.exit(3)", new() { ["NAME"] = "__import__('os')" });
        outcome.ShouldBe(CommandOutcome.Completed(3));
        _output.Text.ShouldBe("ä€😀 __import__('os')\n");
    }

    [Fact]
    public async Task Output_is_seen_while_the_script_runs()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var run = RunAsync("import time\nprint('now')\ntime.sleep(60)", cancellationToken: cancel.Token);
        await _output.WaitForAsync("now");
        await cancel.CancelAsync();
        (await run).Status.ShouldBe(CommandStatus.Cancelled);
    }

    [Fact]
    public async Task Missing_Python_is_reported_with_what_to_do()
    {
        await using var plugin = await RunningPlugin.StartAsync(new PythonPlugin(), processes: new EmptyMachine());
        var probe = await plugin.Registered.Runtimes[0].ProbeAsync(Cancellation);
        probe.IsAvailable.ShouldBeFalse();
        probe.Message.ShouldNotBeNull().ShouldContain("install");
    }

    [Fact]
    public async Task An_interpreter_that_is_no_Python_3_is_refused()
    {
        await using var plugin = await RunningPlugin.StartAsync(new PythonPlugin(), """{"executable": "/bin/sh"}""");
        (await plugin.Registered.Runtimes[0].ProbeAsync(Cancellation)).IsAvailable.ShouldBeFalse();
    }

    [Fact]
    public async Task A_script_waits_for_an_interpreter_that_is_slow_to_answer()
    {
        var outcome = await RunAsync("print('done')", processes: new SlowToAnswer());

        outcome.ShouldBe(CommandOutcome.Completed());
        _output.Text.ShouldBe("done\n");
    }

    [Theory]
    [InlineData("Python 3.11.7\n", "3.11.7")]
    [InlineData("Python 3.14.0+", "3.14.0")]
    [InlineData("Python 2.7.18\n", null)]
    [InlineData("no idea", null)]
    [InlineData("", null)]
    public async Task The_version_is_read_from_what_the_interpreter_prints(string text, string? expected)
    {
        await using var plugin = await RunningPlugin.StartAsync(new PythonPlugin(), processes: new OneInterpreter(text));
        (await plugin.Registered.Runtimes[0].ProbeAsync(Cancellation)).Version.ShouldBe(expected);
    }

    async Task<CommandOutcome> RunAsync(
        string content, Dictionary<string, string>? parameters = null, IProcessRunner? processes = null, CancellationToken? cancellationToken = null)
    {
        await using var plugin = await RunningPlugin.StartAsync(new PythonPlugin(), processes: processes);
        var request = new ScriptRequest(Guid.NewGuid(), content, TimeSpan.FromSeconds(20)) { Parameters = parameters ?? [] };
        return await plugin.Registered.Runtimes[0].ExecuteAsync(request, _output, cancellationToken ?? Cancellation);
    }

    /// <summary>The processes of a busy device: the interpreter says its version after more than a second.</summary>
    sealed class SlowToAnswer : IProcessRunner
    {
        readonly ProcessRunner _real = new();

        public ValueTask<ProcessOutcome> RunAsync(ProcessSpec spec, ICommandOutput output, CancellationToken cancellationToken) =>
            spec.Arguments is ["--version"]
                ? _real.RunAsync(new ProcessSpec("sh", ["-c", "sleep 1.5; echo Python 3.11.7"], spec.Timeout), output, cancellationToken)
                : _real.RunAsync(spec, output, cancellationToken);

        public string? Find(string fileName) => _real.Find(fileName);
    }

    sealed class OneInterpreter(string version) : IProcessRunner
    {
        public async ValueTask<ProcessOutcome> RunAsync(ProcessSpec spec, ICommandOutput output, CancellationToken cancellationToken)
        {
            await output.WriteAsync(OutputStream.Stdout, Encoding.UTF8.GetBytes(version), cancellationToken);
            return new ProcessOutcome(ProcessEnd.Exited, 0);
        }

        public string Find(string fileName) => "/usr/bin/" + fileName;
    }
}
