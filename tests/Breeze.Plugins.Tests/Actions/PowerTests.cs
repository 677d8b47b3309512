using System.Collections.Concurrent;
using System.Text.Json;
using Breeze.Actions.Power;
using Breeze.Sdk;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.Plugins.Tests.Actions;

/// <summary>Nothing here may start a program: the stand-in only notes what it was asked to run.</summary>
public sealed class PowerTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(RestartSystem.Systemd), 90, "shutdown", "-r|+2|Updates; $(reboot) at \"noon\"", 0)]
    [InlineData(nameof(RestartSystem.Mac), 30, "/sbin/shutdown", "-r|+1|Updates; $(reboot) at \"noon\"", 0)]
    [InlineData(nameof(RestartSystem.Windows), 90, "shutdown.exe", "/r|/t|90|/c|Updates; $(reboot) at \"noon\"", 0)]
    [InlineData(nameof(RestartSystem.Shutdown), 90, "shutdown", "-r|now|Updates; $(reboot) at \"noon\"", 90)]
    [InlineData(nameof(RestartSystem.Reboot), 90, "reboot", "", 90)]
    public void Each_system_gets_its_program_with_the_message_as_one_argument(string system, int delay, string program, string arguments, int wait)
    {
        var plan = RestartPlan.For(Enum.Parse<RestartSystem>(system), TimeSpan.FromSeconds(delay), "Updates; $(reboot) at \"noon\"");
        plan.FileName.ShouldBe(program);
        string.Join('|', plan.Arguments).ShouldBe(arguments);
        plan.Wait.TotalSeconds.ShouldBe(wait);
    }

    [Fact]
    public async Task The_command_ends_when_the_restart_is_planned()
    {
        var processes = new NoProcesses();
        var output = new RecordingOutput();
        var outcome = await Command(processes, RestartSystem.Systemd).ExecuteAsync(Request("""{"delay_seconds":90,"message":"Updates"}"""), output, Cancellation);
        outcome.ShouldBe(CommandOutcome.Completed());
        processes.Asked.ShouldBe(["shutdown -r +2 Updates"]);
        output.Text.ShouldBe("The machine restarts in 120 seconds.");
    }

    [Fact]
    public async Task Where_shutdown_would_wait_in_the_foreground_the_plugin_waits_and_the_command_does_not()
    {
        var (processes, clock) = (new NoProcesses(), new ManualTimeout());
        var output = new RecordingOutput();
        var command = Command(processes, RestartSystem.Shutdown, clock);
        (await command.ExecuteAsync(Request("{}"), output, Cancellation)).ShouldBe(CommandOutcome.Completed());
        output.Text.ShouldBe("The machine restarts in 60 seconds.");
        processes.Asked.ShouldBeEmpty();
        clock.GoOff();
        await processes.Ran.WaitAsync(Cancellation);
        processes.Asked.ShouldBe(["shutdown -r now " + RestartPlan.DefaultMessage]);
        await command.StopAsync();
    }

    [Fact]
    public async Task A_restart_that_the_plugin_waits_for_is_given_up_with_the_plugin()
    {
        var (processes, clock) = (new NoProcesses(), new ManualTimeout());
        var command = Command(processes, RestartSystem.Reboot, clock);
        await command.ExecuteAsync(Request("{}"), new RecordingOutput(), Cancellation);
        await command.StopAsync();
        clock.GoOff();
        processes.Asked.ShouldBeEmpty();
        (await command.ExecuteAsync(Request("{}"), new RecordingOutput(), Cancellation)).Status.ShouldBe(CommandStatus.Failed);
    }

    [Fact]
    public async Task A_refusal_of_the_machine_a_missing_program_and_a_dry_run_say_so()
    {
        var processes = new NoProcesses { ExitCode = 1 };
        var refused = await Command(processes, RestartSystem.Windows).ExecuteAsync(Request("{}"), new RecordingOutput(), Cancellation);
        refused.Status.ShouldBe(CommandStatus.Failed);
        refused.ExitCode.ShouldBe(1);
        refused.Message!.ShouldContain("root");
        (await Command(processes, null).ExecuteAsync(Request("{}"), new RecordingOutput(), Cancellation)).Message!.ShouldContain("container");
        processes.Asked.Clear();
        var output = new RecordingOutput();
        (await Command(processes, RestartSystem.Systemd, dryRun: true).ExecuteAsync(Request("{}"), output, Cancellation)).Status.ShouldBe(CommandStatus.Completed);
        output.Text.ShouldContain("nothing restarts");
        processes.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"delay_seconds":0}""")]
    [InlineData("""{"delay_seconds":"60"}""")]
    [InlineData("""{"delay_seconds":1.5}""")]
    [InlineData("""{"delay_seconds":1000000}""")]
    [InlineData("""{"message":""}""")]
    [InlineData("""{"message":7}""")]
    [InlineData("""{"message":"-c"}""")]
    [InlineData("""{"message":"/a"}""")]
    [InlineData("""{"message":"two\nlines"}""")]
    public async Task A_bad_payload_is_refused(string payload)
    {
        var processes = new NoProcesses();
        (await Command(processes, RestartSystem.Systemd).ExecuteAsync(Request(payload), new RecordingOutput(), Cancellation)).Status.ShouldBe(CommandStatus.Rejected);
        processes.Asked.ShouldBeEmpty();
    }

    static RebootCommand Command(IProcessRunner processes, RestartSystem? system, TimeProvider? time = null, bool dryRun = false)
    {
        var command = new RebootCommand();
        command.Start(processes, system, dryRun, time ?? TimeProvider.System, NullLogger.Instance);
        return command;
    }

    static CommandRequest Request(string payload) => new(Guid.NewGuid(), "power.reboot", JsonElement.Parse(payload), TimeSpan.FromMinutes(2));

    sealed class NoProcesses : IProcessRunner
    {
        readonly TaskCompletionSource _ran = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Asked { get; } = [];

        public int ExitCode { get; init; }

        public Task Ran => _ran.Task;

        public ValueTask<ProcessOutcome> RunAsync(ProcessSpec spec, ICommandOutput output, CancellationToken cancellationToken)
        {
            Asked.Enqueue(string.Join(' ', spec.Arguments.Prepend(spec.FileName)));
            _ran.TrySetResult();
            return ValueTask.FromResult(new ProcessOutcome(ProcessEnd.Exited, ExitCode));
        }

        public string? Find(string fileName) => null;
    }
}
