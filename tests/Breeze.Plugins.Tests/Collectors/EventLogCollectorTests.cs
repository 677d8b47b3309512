using System.Text.Json;
using Breeze.Collectors.EventLog;

namespace Breeze.Plugins.Tests.Collectors;

public sealed class EventLogCollectorTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_read_on_from_where_it_was_and_from_its_start_when_it_was_rotated()
    {
        var root = Directory.CreateTempSubdirectory("breeze-log-").FullName;
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(root, "var/log")).FullName, "dpkg.log");
        var log = new LogFiles(root, TimeProvider.System);
        await File.WriteAllTextAsync(file, "2026-01-05 09:12:44 install curl:amd64 <none> 8.1\n2026-01-05 09:12:45 status installed curl:amd64 8.1\n2026-01-05 09:12:46 upgrade bash:amd64 5.1 5", Token);
        var (first, cursor) = await log.ReadAsync(null, 200, Token);
        first.ShouldHaveSingleItem().Message.ShouldBe("install curl:amd64 8.1");
        await File.AppendAllTextAsync(file, ".2\n", Token);
        var (second, after) = await log.ReadAsync(cursor, 200, Token);
        second.ShouldHaveSingleItem().Message.ShouldBe("upgrade bash:amd64 5.1 to 5.2");
        (await log.ReadAsync(after, 200, Token)).Entries.ShouldBeEmpty();
        await File.WriteAllTextAsync(file, "2026-01-06 09:12:44 remove curl:amd64 8.1 <none>\n", Token);
        (await log.ReadAsync(after, 200, Token)).Entries.ShouldHaveSingleItem().EventCode.ShouldBe("remove");
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task The_window_holds_the_newest_entries_across_restarts()
    {
        var folder = Directory.CreateTempSubdirectory("breeze-log-").FullName;
        var source = new Numbers();
        var window = new LogWindow(source, new LogState(folder), EventLogOptions.Default);
        (await window.NextAsync(Token)).Entries.Count.ShouldBe(150);
        var again = new LogWindow(source, new LogState(folder), EventLogOptions.Default);
        var entries = (await again.NextAsync(Token)).Entries;
        entries.Count.ShouldBe(200);
        entries[^1].Id.ShouldBe("299");
        source.Asked.ShouldBe([null, "150"]);
        await File.WriteAllTextAsync(Path.Combine(folder, "event-log.json"), "{broken", Token);
        new LogState(folder).Load().Entries.ShouldBeEmpty();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Lines_of_syslog_are_understood_and_only_what_is_wrong_is_kept()
    {
        var now = new DateTimeOffset(2026, 1, 6, 0, 0, 0, TimeSpan.Zero);
        var old = LogLines.Syslog("1", "Dec 30 09:12:44 host sshd[312]: error: maximum authentication attempts exceeded", now).ShouldNotBeNull();
        (old.Source, old.Level, old.At.Year).ShouldBe(("sshd", "error", 2025));
        var fresh = LogLines.Syslog("2", "2026-01-05T09:12:44.123456+00:00 host kernel: Out of memory: Killed process 42", now).ShouldNotBeNull();
        (fresh.Source, fresh.Level).ShouldBe(("kernel", "critical"));
        LogLines.Syslog("3", "Jan  5 09:12:44 host cron[1]: session opened for user root", now).ShouldBeNull();
        LogLines.Syslog("4", "what is this", now).ShouldBeNull();
        LogLines.Dpkg("5", "2026-99-99 09:12:44 install a b c").ShouldBeNull();
    }

    [Fact]
    public void What_journalctl_writes_is_understood()
    {
        var (entries, cursor) = Journal.Parse("""
            {"__CURSOR":"s=1;i=1","__REALTIME_TIMESTAMP":"1767603164123456","PRIORITY":"3","SYSLOG_IDENTIFIER":"nginx","MESSAGE":"bind() failed"}
            {"__CURSOR":"s=1;i=2","__REALTIME_TIMESTAMP":"1767603165000000","PRIORITY":"4","_COMM":"app","MESSAGE":[104,105]}
            {"__CURSOR":"s=1;i=3","__REALTIME_TIMESTAMP":"x","MESSAGE":null}
            not json
            """, null);
        cursor.ShouldBe("s=1;i=3");
        entries.Select(entry => (entry.Id, entry.Source, entry.Level, entry.Message)).ShouldBe([("s=1;i=1", "nginx", "error", "bind() failed"), ("s=1;i=2", "app", "warning", "hi")]);
        entries[0].At.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1767603164123));
    }

    [Fact]
    public void What_Windows_and_macOS_tell_is_understood()
    {
        var (windows, since) = WindowsLog.Parse(JsonElement.Parse("""
            {"entries":[{"RecordId":12,"LogName":"System","ProviderName":"Disk","Id":7,"Level":2,"Message":"Bad block","At":"2026-01-05T09:12:45.0000000Z"},
             {"RecordId":11,"LogName":"System","ProviderName":"DNS","Id":1014,"Level":3,"Message":null,"At":"2026-01-05T09:12:44.0000000Z"},{"RecordId":null}]}
            """), "before");
        windows.Select(entry => (entry.Source, entry.Level, entry.EventCode, entry.Message)).ShouldBe([("DNS", "warning", "1014", "Event 1014"), ("Disk", "error", "7", "Bad block")]);
        since.ShouldBe("2026-01-05T09:12:45.0000000Z");
        var (mac, _) = MacLog.Parse("""
            {"timestamp":"2026-01-05 09:12:44.123456+0000","messageType":"Fault","eventMessage":"It broke","processImagePath":"/usr/libexec/thing","category":"io"}
            {"timestamp":"2026-01-05 09:1
            """, "before", 200);
        var entry = mac.ShouldHaveSingleItem();
        (entry.Source, entry.Level, entry.EventCode, entry.Message).ShouldBe(("thing", "critical", "io", "It broke"));
    }

    sealed class Numbers : ILogSource
    {
        int _next;

        public List<string?> Asked { get; } = [];

        public ValueTask<(IReadOnlyList<LogEntry> Entries, string? Cursor)> ReadAsync(string? cursor, int most, CancellationToken cancellationToken)
        {
            Asked.Add(cursor);
            var from = _next;
            _next += 150;
            IReadOnlyList<LogEntry> entries = [.. Enumerable.Range(from, 150).Select(number => LogEntry.Of($"{number}", DateTimeOffset.UnixEpoch.AddDays(20_000), "test", "error", null, "Message"))];
            return ValueTask.FromResult((entries, (string?)$"{_next}"));
        }
    }
}
