using System.IO.Compression;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Breeze.Remote.Files;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>Files on their way to a device and from it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FilesTransferTests : IDisposable
{
    readonly FilesFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task What_is_uploaded_comes_back_as_it_was(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        await using var peer = await FilesPeer.StartAsync();
        var done = await peer.UploadAsync(_folder["file"], content);
        done.GetProperty("sha256").GetString().ShouldBe(HashOf(content));
        File.ReadAllBytes(_folder["file"]).ShouldBe(content);
        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([_folder["file"]]);
        var id = peer.Begin("download", new { path = _folder["file"] });
        (await peer.LastAsync(id)).GetProperty("sha256").GetString().ShouldBe(HashOf(content));
        peer.BytesOf(id).ShouldBe(content);
        peer.Activities.Select(a => (a.Action, a.Target, a.Bytes, a.Sha256, a.Outcome)).ShouldBe(
        [
            ("uploaded", _folder["file"], size, HashOf(content), null), ("downloaded", _folder["file"], size, HashOf(content), null),
        ]);
    }

    [Fact]
    public async Task A_file_is_replaced_only_when_asked_and_keeps_its_permissions()
    {
        _folder.Write("file", "before");
        File.SetUnixFileMode(_folder["file"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await using var peer = await FilesPeer.StartAsync();
        FilesPeer.CodeOf(await peer.UploadAsync(_folder["file"], [1])).ShouldBe("exists");
        File.ReadAllText(_folder["file"]).ShouldBe("before");
        (await peer.UploadAsync(_folder["file"], [1], replace: true)).TryGetProperty("done", out _).ShouldBeTrue();
        File.ReadAllBytes(_folder["file"]).ShouldBe([1]);
        File.GetUnixFileMode(_folder["file"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Directory.CreateDirectory(_folder["folder"]);
        FilesPeer.CodeOf(await peer.UploadAsync(_folder["folder"], [1], replace: true)).ShouldBe("exists");
    }

    [Fact]
    public async Task A_file_that_came_meanwhile_is_asked_about_at_the_end()
    {
        await using var peer = await FilesPeer.StartAsync();
        var id = peer.Begin("upload", new { path = _folder["file"], size = 3 });
        await peer.PartAsync(id, "offset");
        _folder.Write("file", "somebody else's");
        peer.SendChunk(id, 0, [1, 2, 3]);
        peer.Finish(id, [1, 2, 3]);
        (await peer.PartAsync(id, "error")).GetProperty("error").GetProperty("code").GetString().ShouldBe("exists");
        File.ReadAllText(_folder["file"]).ShouldBe("somebody else's");
        peer.Finish(id, [1, 2, 3], replace: true);
        (await peer.LastAsync(id)).TryGetProperty("done", out _).ShouldBeTrue();
        File.ReadAllBytes(_folder["file"]).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task What_does_not_arrive_as_it_was_sent_leaves_nothing()
    {
        await using var peer = await FilesPeer.StartAsync();
        FilesPeer.CodeOf(await peer.UploadAsync(_folder["file"], [1, 2, 3], sha256: HashOf([3, 2, 1]))).ShouldBe("hash_mismatch");
        var early = peer.Begin("upload", new { path = _folder["file"], size = 10 });
        await peer.PartAsync(early, "offset");
        peer.SendChunk(early, 0, [1, 2, 3]);
        peer.Finish(early, [1, 2, 3]);
        FilesPeer.CodeOf(await peer.LastAsync(early)).ShouldBe("hash_mismatch");
        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
        var torn = peer.Begin("upload", new { path = _folder["file"], size = 10 });
        await peer.PartAsync(torn, "offset");
        peer.SendChunk(torn, 5, [1, 2, 3]);
        FilesPeer.CodeOf(await peer.LastAsync(torn)).ShouldBe("invalid");
        File.Exists(_folder["file"]).ShouldBeFalse();
    }

    [Fact]
    public async Task An_upload_goes_on_in_the_next_session_where_this_one_ended()
    {
        var content = new byte[3_000_000];
        new Random(3).NextBytes(content);
        await using (var first = await FilesPeer.StartAsync())
        {
            var id = first.Begin("upload", new { path = _folder["file"], size = content.Length });
            await first.PartAsync(id, "offset");
            for (var at = 0; at < 600_000; at += 60_000)
                first.SendChunk(id, at, content.AsSpan(at, 60_000));
            await first.PartAsync(id, "taken", taken => taken.GetInt64() == 600_000);
        }
        File.Exists(_folder["file"]).ShouldBeFalse();
        await using var second = await FilesPeer.StartAsync();
        var again = second.Begin("upload", new { path = _folder["file"], size = content.Length });
        (await second.PartAsync(again, "offset")).GetProperty("offset").GetInt64().ShouldBe(600_000);
        // Nobody else writes to it meanwhile.
        (await second.RefusedAsync("upload", new { path = _folder["file"], size = content.Length })).ShouldBe("busy");
        second.Tell(new { id = again, op = "cancel" });
        FilesPeer.CodeOf(await second.LastAsync(again)).ShouldBe("cancelled");
        (await second.UploadAsync(_folder["file"], content)).GetProperty("sha256").GetString().ShouldBe(HashOf(content));
        File.ReadAllBytes(_folder["file"]).ShouldBe(content);

        var unwanted = second.Begin("upload", new { path = _folder["unwanted"], size = 100 });
        await second.PartAsync(unwanted, "offset");
        second.Tell(new { id = unwanted, op = "cancel", discard = true });
        await second.LastAsync(unwanted);
        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([_folder["file"]]);
    }

    [Fact]
    public async Task A_full_disk_is_said_and_nothing_stays_of_the_file()
    {
        var full = new FullDisk(_folder);
        await using var peer = await FilesPeer.StartAsync(system: full);
        FilesPeer.CodeOf(await peer.UploadAsync(_folder["file"], new byte[200_000])).ShouldBe("disk_full");
        _folder.Write("source", "content");
        (await peer.RefusedAsync("copy", new { paths = new[] { _folder["source"] }, to = _folder.Path })).ShouldBe("disk_full");
        full.Removed.ShouldBe([PartName.Of("file"), PartName.Of("source (2)")], ignoreOrder: true);
        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([_folder["source"]]);
    }

    [Fact]
    public async Task A_download_goes_on_at_its_offset_unless_the_file_was_changed()
    {
        var content = _folder.Random("file", 1_000_000);
        await using var peer = await FilesPeer.StartAsync();
        var first = peer.Begin("download", new { path = _folder["file"] });
        await peer.LastAsync(first);
        var version = peer.PartsOf(first)[0].GetProperty("version").GetString();
        var second = peer.Begin("download", new { path = _folder["file"], offset = 700_000, version });
        (await peer.LastAsync(second)).GetProperty("sha256").GetString().ShouldBe(HashOf(content));
        peer.BytesOf(second).ShouldBe(content[700_000..]);
        File.AppendAllText(_folder["file"], "more");
        (await peer.RefusedAsync("download", new { path = _folder["file"], offset = 700_000, version })).ShouldBe("changed");
        (await peer.RefusedAsync("download", new { path = _folder["file"], offset = -1 })).ShouldBe("invalid");
        (await peer.RefusedAsync("download", new { path = _folder["file"], offset = 2_000_000, version })).ShouldBe("invalid");
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_said_to_have()
    {
        _folder.Random("grows", 5_000_000);
        _folder.Random("shrinks", 5_000_000);
        await using var peer = await FilesPeer.StartAsync();
        var grows = peer.Begin("download", new { path = _folder["grows"] });
        await peer.PartAsync(grows, "size");
        File.AppendAllText(_folder["grows"], "more");
        var last = await peer.LastAsync(grows);
        last.GetProperty("changed").GetBoolean().ShouldBeTrue();
        last.GetProperty("size").GetInt64().ShouldBe(5_000_000);
        var shrinks = peer.Begin("download", new { path = _folder["shrinks"] });
        await peer.PartAsync(shrinks, "size");
        using (var file = File.OpenWrite(_folder["shrinks"]))
            file.SetLength(1000);
        FilesPeer.CodeOf(await peer.LastAsync(shrinks)).ShouldBe("changed");
    }

    [Fact]
    public async Task A_gigabyte_comes_without_being_held_in_memory()
    {
        const long Size = 1L << 30;
        using (var file = File.Create(_folder["sparse"]))
            file.SetLength(Size);
        await using var peer = await FilesPeer.StartAsync(forgetful: true);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var id = peer.Begin("download", new { path = _folder["sparse"] });
        while (peer.Received < Size / 2)
            await peer.ReadAsync();
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(32 << 20);
        (await peer.LastAsync(id)).GetProperty("size").GetInt64().ShouldBe(Size);
        peer.Received.ShouldBe(Size);
    }

    [Fact]
    public async Task Small_requests_do_not_wait_behind_bulk_and_transfers_take_turns()
    {
        _folder.Random("one", 8_000_000);
        _folder.Random("two", 8_000_001);
        await using var peer = await FilesPeer.StartAsync();
        var one = peer.Begin("download", new { path = _folder["one"] });
        var two = peer.Begin("download", new { path = _folder["two"] });
        while (peer.Order.Count < 20)
            await peer.ReadAsync();
        var before = peer.Order.Count;
        await peer.AskAsync("stat", new { path = _folder["one"] });
        // What lies in the channel already comes before it, and what comes while it is being done; all of it would be 240.
        (peer.Order.Count - before).ShouldBeLessThan(100);
        await peer.LastAsync(one);
        await peer.LastAsync(two);
        var together = peer.Order.Skip(10).Take(200).ToList();
        together.Count(id => id == one).ShouldBeInRange(70, 130);
    }

    [Fact]
    public async Task What_the_kernel_writes_as_it_is_read_has_an_end()
    {
        await using var peer = await FilesPeer.StartAsync();
        var id = peer.Begin("download", new { path = "/proc/version" });
        await peer.LastAsync(id);
        Encoding.UTF8.GetString(peer.BytesOf(id)).ShouldBe(File.ReadAllText("/proc/version"));
    }

    [Fact]
    public async Task Folders_come_as_one_archive_without_what_links_lead_to()
    {
        _folder.Write("tree/a.txt", "first");
        _folder.Write("tree/deep/b.txt", "second");
        Directory.CreateDirectory(_folder["tree/empty"]);
        File.CreateSymbolicLink(_folder["tree/link"], "/etc/passwd");
        var random = _folder.Random("random", 300_000);
        await _folder.RunAsync("""mkfifo tree/pipe; printf odd > 'tree/..\..\odd'""");
        await using var peer = await FilesPeer.StartAsync();
        var id = peer.Begin("zip", new { paths = new[] { _folder["tree"], _folder["random"] } });
        var last = await peer.LastAsync(id);
        last.GetProperty("progress").GetProperty("skipped").GetInt64().ShouldBe(2);
        last.GetProperty("sha256").GetString().ShouldBe(HashOf(peer.BytesOf(id)));
        using var archive = new ZipArchive(new MemoryStream(peer.BytesOf(id)));
        archive.Entries.Select(entry => entry.FullName).ShouldBe(["tree/", "tree/a.txt", "tree/deep/", "tree/deep/b.txt", "tree/empty/", "tree/..__..__odd", "random"], ignoreOrder: true);
        using var reader = new StreamReader(archive.GetEntry("tree/deep/b.txt")!.Open());
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe("second");
        using var copy = new MemoryStream();
        using (var entry = archive.GetEntry("random")!.Open())
            await entry.CopyToAsync(copy, TestContext.Current.CancellationToken);
        copy.ToArray().ShouldBe(random);
    }

    [Fact]
    public async Task A_cancelled_download_ends_and_is_in_the_log()
    {
        _folder.Random("file", 8_000_000);
        await using var peer = await FilesPeer.StartAsync();
        var id = peer.Begin("download", new { path = _folder["file"] });
        await peer.PartAsync(id, "size");
        peer.Tell(new { id, op = "cancel" });
        FilesPeer.CodeOf(await peer.LastAsync(id)).ShouldBe("cancelled");
        var activity = peer.Activities.ShouldHaveSingleItem();
        (activity.Action, activity.Outcome).ShouldBe(("downloaded", "cancelled"));
        activity.Bytes!.Value.ShouldBeLessThan(8_000_000);
    }

    static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
