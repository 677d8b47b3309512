using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Breeze.Collectors.Sessions;

namespace Breeze.Plugins.Tests.Collectors;

public sealed class SessionsCollectorTests
{
    [Fact]
    public async Task A_machine_is_asked_who_is_signed_in()
    {
        await using var plugin = await RunningPlugin.StartAsync(new SessionsPlugin());
        (await plugin.CollectAsync()).Inventory["sessions"].GetProperty("sessions").GetArrayLength().ShouldBeGreaterThanOrEqualTo(0);
        (await plugin.CollectAsync()).Inventory.Count.ShouldBe(1);
    }

    [Fact]
    public void What_loginctl_shows_is_understood()
    {
        LinuxSessions.Parse("""
            Id=2
            Name=jan
            Timestamp=Mon 2026-01-05 09:12:44 UTC
            Remote=no
            Class=user
            State=active
            IdleHint=yes

            Id=c1
            Name=gdm
            Class=greeter
            State=active

            Id=7
            Name=eva
            Remote=yes
            RemoteHost=192.0.2.9
            Class=user
            State=closing
            Timestamp=garbage
            """).ShouldBe(
        [
            new SessionInfo("2", "jan", "console", "idle", new DateTimeOffset(2026, 1, 5, 9, 12, 44, TimeSpan.Zero), null),
            new SessionInfo("7", "eva", "remote", "disconnected", null, "192.0.2.9"),
        ]);
    }

    [Theory]
    [InlineData(Architecture.X64, 384, 340, 348)]
    [InlineData(Architecture.Arm64, 400, 344, 360)]
    public void Records_of_utmp_are_understood_and_half_a_record_is_survived(Architecture architecture, int size, int seconds, int address)
    {
        var file = new byte[(size * 3) + 100];
        Record(file.AsSpan(0, size), 2, "~", "reboot", "");
        var remote = file.AsSpan(size, size);
        Record(remote, 7, "pts/0", "jan", "office.example");
        BinaryPrimitives.WriteUInt32LittleEndian(remote[seconds..], 1_767_603_164);
        ((byte[])[192, 0, 2, 9]).CopyTo(remote[address..]);
        Record(file.AsSpan(size * 2, size), 7, "tty1", "root", ":0");
        Utmp.Parse(file, architecture).ShouldBe(
        [
            new SessionInfo("pts/0", "jan", "remote", "active", DateTimeOffset.FromUnixTimeSeconds(1_767_603_164), "192.0.2.9"),
            new SessionInfo("tty1", "root", "console", "active", null, null),
        ]);
    }

    [Fact]
    public void What_who_and_Windows_tell_is_understood()
    {
        var now = new DateTimeOffset(2026, 1, 6, 0, 0, 0, TimeSpan.Zero);
        MacSessions.Parse("jan      console  Dec 30 09:12 \neva      ttys001  Jan  5 10:00  (192.0.2.9)\n", now).ShouldBe(
        [
            new SessionInfo("console", "jan", "console", "active", new DateTimeOffset(2025, 12, 30, 9, 12, 0, TimeSpan.Zero), null),
            new SessionInfo("ttys001", "eva", "remote", "active", new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero), "192.0.2.9"),
        ]);
        WindowsSessions.Describe(2, "jan", "ACME", state: 4, protocol: 2, now.ToFileTime()).ShouldBe(new SessionInfo("2", @"ACME\jan", "remote", "disconnected", now, null));
        WindowsSessions.Describe(1, "eva", "", state: 0, protocol: 0, 0).ShouldBe(new SessionInfo("1", "eva", "console", "active", null, null));
    }

    static void Record(Span<byte> record, short type, string line, string user, string host)
    {
        BinaryPrimitives.WriteInt16LittleEndian(record, type);
        Encoding.UTF8.GetBytes(line).CopyTo(record[8..]);
        Encoding.UTF8.GetBytes(user).CopyTo(record[44..]);
        Encoding.UTF8.GetBytes(host).CopyTo(record[76..]);
    }
}
