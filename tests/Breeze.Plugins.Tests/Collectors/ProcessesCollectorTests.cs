using System.Diagnostics;
using System.Text.Json;
using Breeze.Collectors.Processes;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Collectors;

public sealed class ProcessesCollectorTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_processes_of_this_machine_are_listed_with_this_one_among_them()
    {
        await using var plugin = await RunningPlugin.StartAsync(new ProcessesPlugin());
        var list = await ListAsync(plugin);
        var own = list.GetProperty("processes").EnumerateArray().Single(process => process.GetProperty("pid").GetInt32() == Environment.ProcessId);
        own.GetProperty("memory_bytes").GetInt64().ShouldBeGreaterThan(10_000_000);
        own.GetProperty("user").GetString().ShouldBe(Environment.UserName);
        own.GetProperty("command_line").GetString()!.ShouldContain("Breeze.Plugins.Tests");
        own.GetProperty("started_at").GetDateTimeOffset().ShouldBe(Process.GetCurrentProcess().StartTime.ToUniversalTime(), TimeSpan.FromSeconds(5));
        list.GetProperty("total").GetInt32().ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task A_process_is_ended_only_as_the_instance_that_was_meant()
    {
        await using var plugin = await RunningPlugin.StartAsync(new ProcessesPlugin());
        using var victim = Process.Start(new ProcessStartInfo("sleep", ["300"]))!;
        try
        {
            var found = (await ListAsync(plugin)).GetProperty("processes").EnumerateArray().Single(process => process.GetProperty("pid").GetInt32() == victim.Id);
            var instance = found.GetProperty("instance").GetString()!;
            (await KillAsync(plugin, victim.Id, instance + "1")).Status.ShouldBe(CommandStatus.Failed);
            victim.HasExited.ShouldBeFalse();
            (await KillAsync(plugin, victim.Id, instance)).Status.ShouldBe(CommandStatus.Completed);
            await victim.WaitForExitAsync(Token);
            (await KillAsync(plugin, victim.Id, instance)).Status.ShouldBe(CommandStatus.Failed);
        }
        finally
        {
            victim.Kill();
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"pid":1,"instance":"1"}""")]
    [InlineData("""{"pid":"x","instance":"1"}""")]
    [InlineData("""{"pid":400000}""")]
    [InlineData("""{"pid":400000,"instance":"1","signal":"stop"}""")]
    public async Task A_payload_that_does_not_say_which_process_is_refused(string payload)
    {
        await using var plugin = await RunningPlugin.StartAsync(new ProcessesPlugin());
        var kill = plugin.Registered.Handlers.Single(handler => handler.Type == "process.kill");
        (await kill.ExecuteAsync(Request("process.kill", payload), new RecordingOutput(), Token)).Status.ShouldBe(CommandStatus.Rejected);
    }

    [Fact]
    public async Task The_busiest_programs_have_metrics()
    {
        await using var plugin = await RunningPlugin.StartAsync(new ProcessesPlugin());
        await plugin.CollectAsync();
        var reading = await plugin.CollectAsync();
        reading.Samples.Keys.ShouldContain(key => key.StartsWith("process.memory.usage{", StringComparison.Ordinal));
        reading.LabelMistakes.ShouldBeEmpty();
        await using var off = await RunningPlugin.StartAsync(new ProcessesPlugin(), """{"top": 0}""");
        (await off.CollectAsync()).Samples.ShouldBeEmpty();
    }

    [Fact]
    public void A_program_keeps_its_series_for_an_hour_and_no_more_have_one_than_three_times_the_top()
    {
        var programs = new TopPrograms(1);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        ProgramUsage Idle(string name) => new(name, 0, 1, 1);
        ProgramUsage Busy(string name) => new(name, 0.9, 1, 1);
        programs.Choose([Busy("a"), Idle("b")], start).Select(program => program.Name).ShouldBe(["a"]);
        programs.Choose([Idle("a"), Busy("b")], start.AddMinutes(30)).Select(program => program.Name).ShouldBe(["a", "b"]);
        programs.Choose([Idle("a"), Busy("b")], start.AddMinutes(61)).Select(program => program.Name).ShouldBe(["b"]);
        for (var number = 0; number < 10; number++)
            programs.Choose([Busy($"p{number}")], start.AddMinutes(62));
        programs.Choose([.. Enumerable.Range(0, 10).Select(number => Idle($"p{number}"))], start.AddMinutes(62)).Count.ShouldBe(3);
    }

    [Fact]
    public void A_name_with_brackets_and_blanks_does_not_move_the_fields()
    {
        ProcStat.Parse("42 (a) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 3 0 12345 9999 77 18446744073709551615").ShouldBe(new ProcStat("a) b (c", 1, 300, 12345, 77));
        ProcStat.Parse("42 nothing").ShouldBeNull();
        ProcStat.Parse("42 (x) S 1").ShouldBeNull();
    }

    [Fact]
    public void What_Windows_and_ps_list_is_understood()
    {
        var started = new DateTimeOffset(2026, 1, 5, 9, 12, 44, TimeSpan.Zero);
        WindowsProcesses.Parse(JsonElement.Parse($$"""
            {"processes":[{"ProcessId":0,"Name":"System Idle Process"},{"ProcessId":4711,"ParentProcessId":4,"Name":"app.exe","CommandLine":"app.exe /x","WorkingSetSize":1048576,
              "KernelModeTime":10000000,"UserModeTime":20000000,"Started":{{started.ToFileTime()}},"User":"ACME\\jan"}]}
            """)).ShouldHaveSingleItem().ShouldBe(new ProcessInfo(4711, 4, "app.exe", @"ACME\jan", $"{started.ToFileTime()}", 3, 1048576, started, "app.exe /x"));
        MacProcesses.Parse("  312     1  12345   1:02.50 Mon Jan  5 09:12:44 2026     jan    /Applications/Some App.app/Contents/MacOS/Some App -x y\n").ShouldHaveSingleItem()
            .ShouldBe(new ProcessInfo(312, 1, "Some App", "jan", $"{started.ToUnixTimeSeconds()}", 62.5, 12345 * 1024, started, "/Applications/Some App.app/Contents/MacOS/Some App -x y"));
    }

    static async Task<JsonElement> ListAsync(RunningPlugin plugin)
    {
        var output = new RecordingOutput();
        var list = plugin.Registered.Handlers.Single(handler => handler.Type == "process.list");
        (await list.ExecuteAsync(Request("process.list", "{}"), output, Token)).Status.ShouldBe(CommandStatus.Completed);
        return JsonElement.Parse(output.Text);
    }

    static async Task<CommandOutcome> KillAsync(RunningPlugin plugin, int pid, string instance)
    {
        var kill = plugin.Registered.Handlers.Single(handler => handler.Type == "process.kill");
        return await kill.ExecuteAsync(Request("process.kill", JsonSerializer.Serialize(new Dictionary<string, object> { ["pid"] = pid, ["instance"] = instance })), new RecordingOutput(), Token);
    }

    static CommandRequest Request(string type, string payload) => new(Guid.NewGuid(), type, JsonElement.Parse(payload), TimeSpan.FromSeconds(20));
}
