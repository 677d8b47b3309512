using System.Text.Json;
using Breeze.Remote.Terminal;
using Breeze.Remote.Terminal.Unix;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>Real shells on real terminals.</summary>
public sealed class TerminalTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_typed_runs_and_its_output_comes_back()
    {
        await using var terminal = await TerminalSession.StartAsync();
        (await terminal.RunAsync("echo $((6*7))")).ShouldBe("42\r\n");
        (await terminal.RunAsync("printf 'Gr\\303\\274\\303\\237e \\xf0\\x9f\\x8c\\xac\\n'")).ShouldBe("Grüße 🌬\r\n");
        (await terminal.RunAsync("tty")).ShouldStartWith("/dev/pts/");
    }

    [Fact]
    public async Task It_begins_with_what_runs_and_what_else_could()
    {
        await using var terminal = await TerminalSession.StartAsync();
        terminal.Info.GetProperty("shell").GetString().ShouldBe("/bin/bash");
        terminal.Info.GetProperty("shells").EnumerateArray().Select(shell => shell.GetString()).ShouldContain("/bin/bash");
        (await terminal.RunAsync("id -un")).ShouldBe(terminal.Info.GetProperty("user").GetString() + "\r\n");
        (await terminal.NumberAsync("echo $$")).ShouldBe(terminal.ShellId);
    }

    [Fact]
    public async Task The_program_sees_the_size_and_each_change_of_it()
    {
        await using var terminal = await TerminalSession.StartAsync("""{"shell":"/bin/bash","columns":132,"rows":43}""");
        (await terminal.RunAsync("stty size")).ShouldBe("43 132\r\n");
        terminal.Channel.Resize(90, 30);
        (await terminal.RunAsync("stty size")).ShouldBe("30 90\r\n");
        terminal.Channel.Resize(0, 30);
        terminal.Channel.Resize(90, 1001);
        terminal.Channel.Send(1, 0);
        terminal.Channel.Send(9, 9, 9);
        terminal.Channel.Send();
        (await terminal.RunAsync("stty size")).ShouldBe("30 90\r\n");
    }

    [Fact]
    public async Task A_page_that_comes_later_sees_what_was_shown_and_what_follows()
    {
        await using var terminal = await TerminalSession.StartAsync();
        await terminal.RunAsync("echo fir''st");
        terminal.Channel.Send(4);
        var info = await terminal.InfoAsync();
        info.GetProperty("pid").GetInt32().ShouldBe(terminal.ShellId);
        var shown = await terminal.BytesAsync(info.GetProperty("replay").GetInt32());
        shown.ShouldContain("first\r\nmark\r\n");
        (await terminal.RunAsync("echo then")).ShouldBe("then\r\n");
    }

    [Fact]
    public async Task Ctrl_C_ends_what_runs_and_not_the_shell()
    {
        await using var terminal = await TerminalSession.StartAsync();
        terminal.Channel.Type("(echo slee''ping; exec sleep 300)\n");
        await terminal.SeesAsync("sleeping\r\n");
        terminal.Channel.Type("\u0003");
        int code;
        try
        {
            code = await terminal.NumberAsync("echo $?");
        }
        catch (TimeoutException)
        {
            // A line that comes while a busy shell still takes note of the interrupt is thrown away, as on every terminal.
            code = await terminal.NumberAsync("echo $?");
        }
        code.ShouldBe(130);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", 137)]
    public async Task The_exit_code_comes_last(string line, int code)
    {
        await using var terminal = await TerminalSession.StartAsync();
        terminal.Channel.Type(line + "\n");
        await terminal.ReadToExitAsync();
        terminal.ExitCode.ShouldBe(code);
        (await terminal.End).ShouldBe(new RemoteSessionEnd("exited"));
    }

    [Fact]
    public async Task All_output_comes_before_the_exit_code()
    {
        await using var terminal = await TerminalSession.StartAsync();
        terminal.Channel.Type("exec seq 1 100000\n");
        // Each line ends with two characters on a terminal.
        (await terminal.ReadToExitAsync()).ShouldBe(Enumerable.Range(1, 100_000).Sum(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture).Length + 2));
    }

    [Theory]
    [InlineData("exits")]
    [InlineData("leaves")]
    [InlineData("is stopped")]
    public async Task Nothing_of_the_session_lives_on_when_it(string ends)
    {
        await using var terminal = await TerminalSession.StartAsync();
        var job = await terminal.NumberAsync("sleep 300 & echo $!");
        var stubborn = await terminal.NumberAsync("(trap '' HUP INT TERM; exec sleep 300) & echo $!");
        LiveProcess.Exists(job).ShouldBeTrue();
        switch (ends)
        {
            case "exits":
                terminal.Channel.Type("exit\n");
                await terminal.ReadToExitAsync();
                (await terminal.End).Reason.ShouldBe("exited");
                break;
            case "leaves":
                terminal.Channel.Leave();
                (await terminal.End).Reason.ShouldBe("closed");
                break;
            default:
                await terminal.StopHostAsync();
                (await terminal.End).Reason.ShouldBe("closed");
                break;
        }
        foreach (var pid in (int[])[terminal.ShellId, job, stubborn])
            LiveProcess.Exists(pid).ShouldBeFalse();
    }

    [Fact]
    public async Task A_slow_reader_holds_the_program_up_and_memory_does_not_grow()
    {
        const long Bytes = 50_000_000;
        await using var terminal = await TerminalSession.StartAsync();
        terminal.Channel.Type($"sh -c 'echo \"source $$.\" >&2; exec head -c {Bytes} /dev/zero' | tr '\\0' x; exit 3\n");
        await terminal.SeesAsync("source ");
        var source = int.Parse(await terminal.SeesAsync("."), System.Globalization.CultureInfo.InvariantCulture);
        // Nobody reads: a part fills what lies between, and the program waits with the rest.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Task.Delay(300, Token);
        LiveProcess.Exists(source).ShouldBeTrue();
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(Bytes / 2);
        // The shell adds some sequences of its own.
        (await terminal.ReadToExitAsync()).ShouldBeInRange(Bytes - (1 << 20), Bytes + 4096);
        terminal.ExitCode.ShouldBe(3);
    }

    [Fact]
    public async Task A_terminal_that_takes_no_input_can_still_be_left()
    {
        await using var terminal = await TerminalSession.StartAsync();
        terminal.Channel.Type("stty raw; echo slee''ping; exec sleep 300\n");
        await terminal.SeesAsync("sleeping");
        for (var i = 0; i < 40; i++)
            terminal.Channel.Type(new string('x', 10_000));
        await terminal.StopHostAsync();
        (await terminal.End.WaitAsync(TimeSpan.FromSeconds(5), Token)).Reason.ShouldBe("closed");
        LiveProcess.Exists(terminal.ShellId).ShouldBeFalse();
    }

    [Fact]
    public async Task The_environment_has_nothing_of_the_agents()
    {
        const string Secret = "BREEZE_TEST_SECRET";
        Environment.SetEnvironmentVariable(Secret, "hidden");
        try
        {
            await using var terminal = await TerminalSession.StartAsync();
            (await terminal.RunAsync("env")).ShouldSatisfyAllConditions(
                env => env.ShouldNotContain("hidden"),
                env => env.ShouldContain("TERM=xterm-256color\r\n"));
            (await terminal.RunAsync("[ \"$PWD\" = \"$HOME\" ] && echo at-home")).ShouldBe("at-home\r\n");
            // .NET ignores a broken pipe; a shell that did so too would print errors here.
            (await terminal.RunAsync("yes | head -1")).ShouldBe("y\r\n");
            (await terminal.RunAsync("ls -l /proc/self/fd | grep -c -e socket -e ptmx")).ShouldBe("0\r\n");
        }
        finally
        {
            Environment.SetEnvironmentVariable(Secret, null);
        }
    }

    [Fact]
    public async Task Who_may_only_look_cannot_type()
    {
        await using var terminal = await TerminalSession.StartAsync(viewOnly: true);
        terminal.Channel.Type("exit 5\n");
        terminal.Channel.Leave();
        (await terminal.End).Reason.ShouldBe("closed");
        terminal.ExitCode.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"shell":"/bin/bash -c reboot"}""", "no shell of this device")]
    [InlineData("""{"shell":"../../bin/bash"}""", "no shell of this device")]
    [InlineData("""{"shell":"/usr/bin/env"}""", "no shell of this device")]
    [InlineData("""{"shell":["/bin/bash"]}""", "no shell of this device")]
    [InlineData("""{"shell":""}""", "no shell of this device")]
    [InlineData("""{"columns":0}""", "1 to 1000")]
    [InlineData("""{"rows":1001}""", "1 to 1000")]
    [InlineData("""{"rows":-5}""", "1 to 1000")]
    [InlineData("""{"columns":1e99}""", "1 to 1000")]
    [InlineData("""{"columns":"80"}""", "1 to 1000")]
    [InlineData("""[]""", "must be an object")]
    public async Task Options_that_cannot_be_meant_are_refused(string options, string words)
    {
        var end = await new TerminalProvider().ServeAsync(new(Guid.NewGuid(), "Somebody", JsonElement.Parse(options)), new FakeRemoteChannel(), Token);
        end.Reason.ShouldBe("failed");
        end.Message!.ShouldContain(words);
    }

    [Fact]
    public void The_shells_are_those_that_are_listed_and_there_the_users_own_first()
    {
        string[] there = ["/bin/bash", "/bin/sh", "/usr/bin/fish", "/usr/sbin/nologin"];
        UnixTerminalSystem.Choose(["# shells", "/bin/sh", "/bin/bash", "/bin/gone", "fish", "/usr/sbin/nologin", "/bin/sh"], "/bin/sh", there.Contains).ShouldBe(["/bin/sh", "/bin/bash"]);
        UnixTerminalSystem.Choose(["/bin/sh", "/bin/bash"], "/usr/sbin/nologin", there.Contains).ShouldBe(["/bin/bash", "/bin/sh"]);
        UnixTerminalSystem.Choose([], "/usr/bin/fish", there.Contains).ShouldBe(["/bin/bash", "/bin/sh"]);
        UnixTerminalSystem.Choose(["/bin/bash"], null, _ => false).ShouldBeEmpty();
        UnixTerminalSystem.CanRun("/bin/sh").ShouldBeTrue();
        UnixTerminalSystem.CanRun("/etc/passwd").ShouldBeFalse();
        UnixTerminalSystem.CanRun("/bin/gone").ShouldBeFalse();
    }

    [Theory]
    [InlineData("7 (a) b (c) S 1 7 42 0", true)]
    [InlineData("7 (bash) Z 1 7 42 0", false)]
    [InlineData("7 (bash) S 42 42 7 0", false)]
    [InlineData("7 (bash", false)]
    public void A_process_of_a_session_is_told_from_others(string line, bool member) => UnixSession.IsMember(line, 42).ShouldBe(member);
}
