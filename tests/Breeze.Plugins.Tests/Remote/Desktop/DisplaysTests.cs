using System.Buffers.Binary;
using Breeze.Remote.Desktop;
using Breeze.Testing;
using Breeze.X11;

namespace Breeze.Plugins.Tests.Remote.Desktop;

/// <summary>Whose display is found, and what lets us in.</summary>
public sealed class DisplaysTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("breeze-displays-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_display_of_who_sits_at_the_device_comes_first()
    {
        Add(10, user: 0, "DISPLAY=:9");
        Add(11, user: 1000, "DISPLAY=:1", "HOME=/nowhere");
        Add(12, user: 1001, "HOME=/nowhere", "DISPLAY=:0.0");
        Find().ShouldBe(new XDisplay(0, null, 1001));
        File.WriteAllText(Path.Join(_folder, "seat"), "ACTIVE_UID=1000\n");
        Find().ShouldBe(new XDisplay(1, null, 1000));
        Find(":4", "/a/file").ShouldBe(new XDisplay(4, "/a/file", null));
    }

    [Fact]
    public void A_key_counts_only_in_a_file_of_the_same_user_or_of_root()
    {
        var file = Path.Join(_folder, "key");
        File.WriteAllBytes(file, []);
        var owner = FileOwner.Of(file).ShouldNotBeNull();
        Add(10, user: owner, "DISPLAY=:1", $"XAUTHORITY={file}");
        Find().Authority.ShouldBe(file);
        FileOwner.Of(Path.Join(_folder, "nothing")).ShouldBeNull();
    }

    [Fact]
    public void Where_there_is_none_the_words_say_what_is_missing()
    {
        Should.Throw<XException>(() => Find()).Message.ShouldContain("Nobody is signed in");
        // Another machine's display, and processes that say nothing.
        Add(10, user: 1000, "DISPLAY=elsewhere:0");
        Add(11, user: 1000, "PATH=/bin");
        Should.Throw<XException>(() => Find()).Message.ShouldContain("Nobody is signed in");
        Add(12, user: 1000, "DISPLAY=:0", "WAYLAND_DISPLAY=wayland-0");
        Add(13, user: 1000, "DISPLAY=:0");
        Should.Throw<XException>(() => Find()).Message.ShouldContain("Wayland");
    }

    [Fact]
    public async Task A_display_with_a_key_takes_nobody_without_it()
    {
        var (key, file) = (new byte[16], Path.Join(_folder, "authority"));
        Random.Shared.NextBytes(key);
        await File.WriteAllBytesAsync(file, Entry(65535, "", key), TestContext.Current.CancellationToken);
        using var display = await VirtualDisplay.StartAsync("100x100", file, TestContext.Current.CancellationToken);
        await using (var peer = new DesktopPeer(display.Name, authority: file))
            await peer.UntilAsync(() => peer.Frames > 0);
        await using var stranger = new DesktopPeer(display.Name, authority: "/nowhere");
        var end = await stranger.End;
        end.Reason.ShouldBe("unavailable");
        end.Message!.ShouldContain("does not let the agent in");
        await using var nobody = new DesktopPeer(":59999");
        (await nobody.End).Message!.ShouldContain("does not answer");
    }

    [Fact]
    public void The_key_of_this_machine_and_display_is_taken()
    {
        byte[] file = [.. Entry(256, "0", [1], "other"), .. Entry(256, "1", [2], "here"), .. Entry(256, "0", [3], "here"), .. Entry(0, "0", [4], "here")];
        XAuthority.KeyFor(0, file, "here").ShouldBe([3]);
        XAuthority.KeyFor(1, file, "here").ShouldBe([2]);
        XAuthority.KeyFor(2, file, "here").ShouldBeEmpty();
        // The machine has another name now.
        XAuthority.KeyFor(0, file, "new").ShouldBe([3]);
        for (var length = 0; length < file.Length; length++)
            XAuthority.KeyFor(7, file.AsSpan(0, length), "here").ShouldBeEmpty();
    }

    XDisplay Find(string? display = null, string? authority = null) => new XDisplays(_folder, Path.Join(_folder, "seat")).Find(display, authority, _ => null);

    void Add(int id, int user, params string[] environment)
    {
        var directory = Directory.CreateDirectory(Path.Join(_folder, id.ToString(System.Globalization.CultureInfo.InvariantCulture))).FullName;
        File.WriteAllText(Path.Join(directory, "environ"), string.Join('\0', environment) + "\0");
        File.WriteAllText(Path.Join(directory, "status"), $"Name:\tx\nUid:\t{user}\t{user}\t{user}\t{user}\n");
    }

    static byte[] Entry(ushort family, string display, byte[] key, string host = "") =>
        [.. Number(family), .. Field(System.Text.Encoding.UTF8.GetBytes(host)), .. Field(System.Text.Encoding.ASCII.GetBytes(display)), .. Field("MIT-MAGIC-COOKIE-1"u8.ToArray()), .. Field(key)];

    static byte[] Field(byte[] content) => [.. Number((ushort)content.Length), .. content];

    static byte[] Number(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }
}
