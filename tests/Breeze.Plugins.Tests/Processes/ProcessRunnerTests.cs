using System.Diagnostics;
using System.Globalization;
using Breeze.PluginHost.Processes;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Processes;

public sealed class ProcessRunnerTests
{
    readonly RecordingOutput _output = new();
    readonly ProcessRunner _runner = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Arguments_arrive_as_they_were_given()
    {
        string[] hostile = ["a b", "$(id)", "`id`", "\"quote\"", "'", "", "*", "\n", "ä€😀", "--", "\\"];
        await RunAsync("printf", ["%s|", .. hostile]);
        _output.Text.ShouldBe(string.Concat(hostile.Select(argument => argument + "|")));
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 42", 42)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    public async Task The_exit_code_is_the_one_of_the_process(string script, int expected) =>
        (await ShellAsync(script)).ShouldBe(new ProcessOutcome(ProcessEnd.Exited, expected));

    [Fact]
    public async Task Output_arrives_while_the_process_still_runs()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var run = ShellAsync("echo first; exec sleep 60", cancellationToken: cancel.Token);
        await _output.WaitForAsync("first");
        run.IsCompleted.ShouldBeFalse();
        await cancel.CancelAsync();
        (await run).End.ShouldBe(ProcessEnd.Cancelled);
    }

    [Theory]
    [InlineData("sleep 300 & echo child=$!; wait")]
    [InlineData("nohup sleep 300 >/dev/null 2>&1 & echo child=$!; wait")]
    [InlineData("setsid sleep 300 & echo child=$!; wait")]
    [InlineData("(setsid sh -c 'echo child=$$; exec sleep 300' </dev/null &) ; sleep 300")]
    [InlineData("(nohup sh -c 'trap \"\" HUP TERM INT; echo child=$$; while :; do sleep 1; done' &) ; sleep 300")]
    public async Task A_time_out_ends_children_wherever_they_went(string script)
    {
        var time = new ManualTimeout();
        var run = new ProcessRunner(time: time).RunAsync(new ProcessSpec("sh", ["-c", script], TimeSpan.FromHours(1)), _output, Cancellation).AsTask();
        await _output.WaitForAsync("\n");
        var child = int.Parse(_output.Text.Split('\n')[0].Split('=')[1], CultureInfo.InvariantCulture);
        LiveProcess.Exists(child).ShouldBeTrue();

        time.GoOff();
        (await run).End.ShouldBe(ProcessEnd.TimedOut);

        LiveProcess.Exists(child).ShouldBeFalse();
    }

    [Fact]
    public async Task A_background_child_that_holds_the_pipe_does_not_hold_up_the_run()
    {
        var watch = Stopwatch.StartNew();
        (await ShellAsync("echo done; sleep 30 & echo child=$!")).ShouldBe(new ProcessOutcome(ProcessEnd.Exited, 0));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        _output.Text.ShouldStartWith("done\n");
        using var child = Process.GetProcessById(int.Parse(_output.Text.Trim().Split('=')[1], CultureInfo.InvariantCulture));
        child.Kill();
    }

    [Fact]
    public async Task The_secrets_of_the_host_stay_with_the_host()
    {
        Environment.SetEnvironmentVariable("BREEZE_TEST_TOKEN", "hidden-1");
        Environment.SetEnvironmentVariable("SOME_URL_OF_TESTS", "postgres://user:hidden-2@host/db");
        Environment.SetEnvironmentVariable("PLAIN_OF_TESTS", "visible-3");
        await RunAsync("env", []);
        _output.Text.ShouldNotContain("hidden-");
        _output.Text.ShouldContain("PLAIN_OF_TESTS=visible-3");
    }

    [Theory]
    [InlineData("AWS_SECRET_ACCESS_KEY_T", "x", false)]
    [InlineData("jwt_t", "x", false)]
    [InlineData("T_DATABASE_URL", "x", false)]
    [InlineData("ConnectionStrings__T", "Host=x;Password=y", false)]
    [InlineData("T_PROXY", "http://proxy:3128/", true)]
    [InlineData("T_PROXY", "http://me:word@proxy:3128/", false)]
    public async Task A_variable_is_handed_on_unless_its_name_or_value_is_secret(string name, string value, bool expected)
    {
        Environment.SetEnvironmentVariable(name, value);
        await RunAsync("env", []);
        Environment.SetEnvironmentVariable(name, null);
        _output.Text.Split('\n').Contains($"{name}={value}").ShouldBe(expected);
    }

    [Fact]
    public async Task Standard_input_is_what_was_given_and_then_ends()
    {
        var input = new byte[300_000];
        Random.Shared.NextBytes(input);
        await _runner.RunAsync(new ProcessSpec("cat", [], TimeSpan.FromSeconds(20)) { StandardInput = input }, _output, Cancellation);
        _output.Stdout.ShouldBe(input);
    }

    [Fact]
    public async Task Input_that_nobody_reads_is_no_fault()
    {
        var spec = new ProcessSpec("true", [], TimeSpan.FromSeconds(20)) { StandardInput = new byte[1_000_000] };
        (await _runner.RunAsync(spec, _output, Cancellation)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Without_input_standard_input_is_empty()
    {
        await RunAsync("cat", []);
        _output.Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_closed_pipe_ends_a_writer_in_silence()
    {
        await ShellAsync("yes | head -1");
        _output.Text.ShouldBe("y\n");
        _output.ErrorText.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_child_is_nicer_than_the_host_and_leads_its_own_session()
    {
        // It is made nicer right after its start.
        await ShellAsync("for i in $(seq 300); do [ $(nice) -ge 5 ] && break; sleep 0.05; done; nice; cut -d' ' -f1,6 /proc/self/stat; echo $$");
        var lines = _output.Text.Trim().Split('\n');
        int.Parse(lines[0], CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(5);
        lines[1].Split(' ')[1].ShouldBe(lines[2]);
    }

    [Fact]
    public async Task It_runs_where_it_was_told()
    {
        var directory = Directory.CreateTempSubdirectory("breeze test ").FullName;
        await _runner.RunAsync(new ProcessSpec("pwd", [], TimeSpan.FromSeconds(20)) { WorkingDirectory = directory }, _output, Cancellation);
        Directory.Delete(directory);
        _output.Text.ShouldBe(directory + "\n");
    }

    [Theory]
    [InlineData("no-such-program-here", "not found on the search path")]
    [InlineData("/no/such/file", "no executable file")]
    [InlineData("../sh", "no executable file")]
    [InlineData("", "No executable was named")]
    [InlineData("a\0b", "NUL")]
    public async Task What_cannot_start_says_why(string fileName, string reason)
    {
        var outcome = await RunAsync(fileName, []);
        outcome.End.ShouldBe(ProcessEnd.NotStarted);
        outcome.Message.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public async Task A_file_without_the_right_to_execute_is_not_started()
    {
        var file = Path.GetTempFileName();
        (await RunAsync(file, [])).Message.ShouldNotBeNull().ShouldContain("no executable file");
        await RunAsync("chmod", ["500", file]);
        (await RunAsync(file, [])).Message.ShouldNotBeNull().ShouldContain("could not be started");
        File.Delete(file);
    }

    [Fact]
    public async Task Arguments_too_long_for_the_system_are_a_value_and_no_exception()
    {
        var outcome = await RunAsync("true", [new string('x', 8_000_000)]);
        outcome.End.ShouldBe(ProcessEnd.NotStarted);
        outcome.Message.ShouldNotBeNull().ShouldContain("could not be started");
    }

    [Fact]
    public async Task A_missing_working_directory_is_named()
    {
        var spec = new ProcessSpec("true", [], TimeSpan.FromSeconds(5)) { WorkingDirectory = "/no/such/place" };
        (await _runner.RunAsync(spec, _output, Cancellation)).Message.ShouldNotBeNull().ShouldContain("/no/such/place");
    }

    [Fact]
    public async Task An_output_that_breaks_ends_the_process_and_is_reported()
    {
        var run = _runner.RunAsync(new ProcessSpec("yes", [], TimeSpan.FromSeconds(60)), new BrokenOutput(), Cancellation).AsTask();
        await Should.ThrowAsync<InvalidDataException>(() => run.WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
    }

    [Fact]
    public async Task Runs_leave_no_open_files_behind()
    {
        await ShellAsync("true");
        var before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (var run = 0; run < 20; run++)
            await ShellAsync("true");
        Directory.GetFileSystemEntries("/proc/self/fd").Length.ShouldBeLessThan(before + 20);
    }

    Task<ProcessOutcome> ShellAsync(string script, TimeSpan? timeout = null, CancellationToken? cancellationToken = null) =>
        RunAsync("sh", ["-c", script], timeout, cancellationToken);

    async Task<ProcessOutcome> RunAsync(string file, string[] arguments, TimeSpan? timeout = null, CancellationToken? cancellationToken = null) =>
        await _runner.RunAsync(new ProcessSpec(file, arguments, timeout ?? TimeSpan.FromSeconds(20)), _output, cancellationToken ?? Cancellation);

    sealed class BrokenOutput : ICommandOutput
    {
        public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken) =>
            throw new InvalidDataException();
    }
}
