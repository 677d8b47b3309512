using System.Runtime.Versioning;
using Breeze.Remote.Files;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>Links that somebody on the device puts where a technician works.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FilesLinkTests : IDisposable
{
    readonly FilesFolder _folder = new();
    readonly FilesFolder _outside = new();

    public FilesLinkTests() => _outside.Write("precious", "kept");

    public void Dispose()
    {
        File.ReadAllText(_outside["precious"]).ShouldBe("kept");
        _folder.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public async Task Deleting_takes_links_away_and_not_what_they_lead_to()
    {
        _folder.Write("tree/file", "");
        Directory.CreateSymbolicLink(_folder["tree/link"], _outside.Path);
        Directory.CreateSymbolicLink(_folder["direct"], _outside.Path);
        await using var peer = await FilesPeer.StartAsync();
        var done = await peer.DoAsync("delete", new { paths = new[] { _folder["tree"], _folder["direct"] } });
        done.GetProperty("progress").GetProperty("files").GetInt64().ShouldBe(3);
        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_that_has_become_a_link_is_not_gone_through_to_change_anything()
    {
        Directory.CreateSymbolicLink(_folder["swapped"], _outside.Path);
        var inside = _folder["swapped/precious"];
        await using var peer = await FilesPeer.StartAsync();
        (await peer.RefusedAsync("delete", new { paths = new[] { inside } })).ShouldBe("link_in_path");
        (await peer.RefusedAsync("rename", new { path = inside, to = "taken" })).ShouldBe("link_in_path");
        (await peer.RefusedAsync("mkdir", new { path = _folder["swapped/new"] })).ShouldBe("link_in_path");
        (await peer.RefusedAsync("chmod", new { paths = new[] { inside }, mode = 0 })).ShouldBe("link_in_path");
        (await peer.RefusedAsync("move", new { paths = new[] { inside }, to = _folder.Path })).ShouldBe("link_in_path");
        (await peer.RefusedAsync("upload", new { path = inside, size = 0, replace = true })).ShouldBe("link_in_path");
        _folder.Write("mine", "");
        (await peer.RefusedAsync("move", new { paths = new[] { _folder["mine"] }, to = _folder["swapped"] })).ShouldBe("link_in_path");
        (await peer.RefusedAsync("copy", new { paths = new[] { _folder["mine"] }, to = _folder["swapped"] })).ShouldBe("link_in_path");
        Directory.GetFileSystemEntries(_outside.Path).Length.ShouldBe(1);
        // To look, one may go there.
        (await peer.ListAsync(_folder["swapped"])).Keys.ShouldBe(["precious"]);
    }

    [Fact]
    public async Task Permissions_below_a_folder_stop_at_links()
    {
        var before = File.GetUnixFileMode(_outside["precious"]);
        _folder.Write("tree/file", "");
        File.CreateSymbolicLink(_folder["tree/link"], _outside["precious"]);
        Directory.CreateSymbolicLink(_folder["tree/folder"], _outside.Path);
        await using var peer = await FilesPeer.StartAsync();
        var done = await peer.DoAsync("chmod", new { paths = new[] { _folder["tree"] }, mode = 0x1ff, recursive = true });
        done.GetProperty("progress").GetProperty("skipped").GetInt64().ShouldBe(2);
        File.GetUnixFileMode(_outside["precious"]).ShouldBe(before);
        (await peer.RefusedAsync("chmod", new { paths = new[] { _folder["tree/link"] }, mode = 0x1ff })).ShouldBe("link");
        File.GetUnixFileMode(_outside["precious"]).ShouldBe(before);
    }

    [Fact]
    public async Task A_folder_that_turns_into_a_link_and_back_while_it_is_deleted_leads_nowhere_else()
    {
        Directory.CreateDirectory(_folder["tree"]);
        Directory.CreateSymbolicLink(_folder["bait"], _outside.Path);
        using var over = new CancellationTokenSource();
        var swapping = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                Try(() => Directory.CreateDirectory(_folder["tree/door"]));
                Try(() => File.WriteAllText(_folder["tree/door/precious"], ""));
                Try(() => Directory.Move(_folder["tree/door"], _folder["aside"]));
                Try(() => File.CreateSymbolicLink(_folder["tree/door"], _outside.Path));
                Try(() => File.Delete(_folder["tree/door"]));
                Try(() => Directory.Move(_folder["aside"], _folder["tree/door"]));
            }
        }, TestContext.Current.CancellationToken);
        await using var peer = await FilesPeer.StartAsync();
        for (var round = 0; round < 300; round++)
        {
            await peer.AskAsync("delete", new { paths = new[] { _folder["tree/door"] } });
            File.Exists(_outside["precious"]).ShouldBeTrue();
        }
        await over.CancelAsync();
        await swapping;
    }

    [Fact]
    public async Task An_upload_replaces_a_link_and_does_not_write_through_it()
    {
        File.CreateSymbolicLink(_folder["file"], _outside["precious"]);
        File.CreateSymbolicLink(_folder[PartName.Of("other")], _outside["precious"]);
        await using var peer = await FilesPeer.StartAsync();
        FilesPeer.CodeOf(await peer.UploadAsync(_folder["file"], [1, 2, 3])).ShouldBe("exists");
        (await peer.UploadAsync(_folder["file"], [1, 2, 3], replace: true)).TryGetProperty("done", out _).ShouldBeTrue();
        new FileInfo(_folder["file"]).LinkTarget.ShouldBeNull();
        File.ReadAllBytes(_folder["file"]).ShouldBe([1, 2, 3]);
        // What lies where the upload keeps its part, and is not this agent's own, is no part.
        (await peer.UploadAsync(_folder["other"], [4])).TryGetProperty("done", out _).ShouldBeTrue();
        File.ReadAllBytes(_folder["other"]).ShouldBe([4]);
    }

    [Theory]
    [InlineData("pipe", "special")]
    [InlineData("socket", "special")]
    [InlineData("/dev/zero", "special")]
    [InlineData("folder", "not_a_file")]
    [InlineData("link", "link_in_path")]
    public async Task What_is_no_regular_file_is_refused_at_once(string name, string code)
    {
        await _folder.RunAsync("mkfifo pipe; mkdir folder; ln -s /dev/zero link");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_folder["socket"]));
        await using var peer = await FilesPeer.StartAsync();
        var path = name.StartsWith('/') ? name : _folder[name];
        (await peer.RefusedAsync("download", new { path })).ShouldBe(code);
        (await peer.RefusedAsync("preview", new { path })).ShouldBe(code);
    }

    static void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The other side was quicker.
        }
    }
}
