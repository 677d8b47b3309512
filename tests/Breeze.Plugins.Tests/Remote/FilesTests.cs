using System.Runtime.Versioning;
using System.Text;
using Breeze.Remote.Files.Unix;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>Looking at files and changing them, on a real file system.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FilesTests : IDisposable
{
    readonly FilesFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_begins_with_what_the_device_is()
    {
        await using var peer = await FilesPeer.StartAsync();
        peer.Hello.GetProperty("event").GetString().ShouldBe("hello");
        peer.Hello.GetProperty("separator").GetString().ShouldBe("/");
        peer.Hello.GetProperty("user").GetString().ShouldBe(Environment.UserName);
        peer.Hello.GetProperty("view_only").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_is_listed_with_sizes_modes_owners_and_where_links_lead()
    {
        _folder.Write("a.txt", "twelve bytes");
        Directory.CreateDirectory(_folder["below"]);
        File.CreateSymbolicLink(_folder["to-folder"], "below");
        File.CreateSymbolicLink(_folder["to-nowhere"], "/gone");
        await _folder.RunAsync("mkfifo pipe; chmod 4751 a.txt");
        await using var peer = await FilesPeer.StartAsync();
        var found = await peer.ListAsync(_folder.Path);
        found.Keys.Order(StringComparer.Ordinal).ShouldBe(["a.txt", "below", "pipe", "to-folder", "to-nowhere"]);
        var file = found["a.txt"];
        file.GetProperty("kind").GetString().ShouldBe("file");
        file.GetProperty("size").GetInt64().ShouldBe(12);
        file.GetProperty("mode").GetInt32().ShouldBe(Convert.ToInt32("4751", 8));
        file.GetProperty("owner").GetString().ShouldBe(Environment.UserName);
        DateTimeOffset.FromUnixTimeMilliseconds(file.GetProperty("changed").GetInt64()).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        found["below"].GetProperty("kind").GetString().ShouldBe("folder");
        found["pipe"].GetProperty("kind").GetString().ShouldBe("fifo");
        found["to-folder"].GetProperty("target").GetString().ShouldBe("below");
        found["to-folder"].GetProperty("leads").GetString().ShouldBe("folder");
        found["to-nowhere"].GetProperty("kind").GetString().ShouldBe("link");
        found["to-nowhere"].TryGetProperty("leads", out _).ShouldBeFalse();

        // By a link one comes to the folder that it leads to, under its own path.
        (await peer.DoAsync("list", new { path = _folder["to-folder"] })).GetProperty("path").GetString().ShouldBe(_folder["below"]);
        (await peer.RefusedAsync("list", new { path = _folder["gone"] })).ShouldBe("not_found");
        (await peer.RefusedAsync("list", new { path = _folder["a.txt"] })).ShouldBe("not_a_folder");
    }

    [Fact]
    public async Task A_hundred_thousand_entries_come_in_pieces_and_go_in_one_request()
    {
        const int Count = 100_000;
        await _folder.RunAsync($"mkdir many; cd many; seq -f '%.0f.txt' 1 {Count} | xargs touch");
        await using var peer = await FilesPeer.StartAsync();
        (await peer.ListAsync(_folder["many"])).Count.ShouldBe(Count);
        var measured = (await peer.DoAsync("measure", new { paths = new[] { _folder["many"] } })).GetProperty("progress");
        (measured.GetProperty("files").GetInt64(), measured.GetProperty("folders").GetInt64()).ShouldBe((Count, 1));
        var deleting = peer.Begin("delete", new { paths = new[] { _folder["many"] } });
        var deleted = await peer.LastAsync(deleting);
        deleted.GetProperty("progress").GetProperty("files").GetInt64().ShouldBe(Count);
        peer.PartsOf(deleting).Any(part => part.TryGetProperty("progress", out _)).ShouldBeTrue();
        Directory.Exists(_folder["many"]).ShouldBeFalse();
        peer.Activities.ShouldContain(activity => activity.Action == "deleted" && activity.Target == _folder["many"] && activity.Items == Count + 1);
    }

    [Fact]
    public async Task Names_in_any_bytes_are_shown_and_reached()
    {
        await _folder.RunAsync("""printf latin > $'caf\xe9'; printf back > 'a\b'; printf mixed > $'\xff\xc3\xbc\n\xe2\x80\xae'; printf '\\' > '\xe9'""");
        await using var peer = await FilesPeer.StartAsync();
        var found = await peer.ListAsync(_folder.Path);
        found.Keys.ShouldBe([@"caf\xe9", @"a\\b", "\\xff\u00fc\n\u202e", @"\\xe9"], ignoreOrder: true);
        foreach (var (name, content) in ((string, string)[])[(@"caf\xe9", "latin"), (@"a\\b", "back"), ("\\xff\u00fc\n\u202e", "mixed"), (@"\\xe9", "\\")])
        {
            var id = peer.Begin("download", new { path = _folder[name] });
            (await peer.LastAsync(id)).GetProperty("size").GetInt64().ShouldBe(content.Length);
            Encoding.UTF8.GetString(peer.BytesOf(id)).ShouldBe(content);
        }
        await peer.DoAsync("rename", new { path = _folder[@"caf\xe9"], to = @"caf\xe8" });
        await peer.DoAsync("copy", new { paths = new[] { _folder[@"caf\xe8"] }, to = _folder.Path });
        (await peer.ListAsync(_folder.Path)).Keys.ShouldContain(@"caf\xe8 (2)");
        await peer.DoAsync("delete", new { paths = new[] { _folder[@"caf\xe8"], _folder[@"caf\xe8 (2)"], _folder["\\xff\u00fc\n\u202e"] } });
        (await peer.ListAsync(_folder.Path)).Keys.ShouldBe([@"a\\b", @"\\xe9"], ignoreOrder: true);
    }

    [Fact]
    public void Every_name_of_bytes_comes_back_as_it_was()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var name = new byte[random.Next(1, 12)];
            foreach (ref var value in name.AsSpan())
                value = random.Next(4) == 0 ? (byte)random.Next(1, 256) : "\\x9e8f\xc3\xa9"u8[random.Next(10)];
            UnixNames.BytesOf(UnixNames.TextOf(name)).ShouldBe([.. name, 0]);
        }
    }

    [Fact]
    public async Task Folders_are_made_and_things_renamed_and_nothing_is_replaced_unasked()
    {
        _folder.Write("one", "1");
        _folder.Write("two", "2");
        await using var peer = await FilesPeer.StartAsync();
        await peer.DoAsync("mkdir", new { path = _folder["new"] });
        (await peer.RefusedAsync("mkdir", new { path = _folder["new"] })).ShouldBe("exists");
        (await peer.RefusedAsync("rename", new { path = _folder["one"], to = "two" })).ShouldBe("exists");
        File.ReadAllText(_folder["two"]).ShouldBe("2");
        await peer.DoAsync("rename", new { path = _folder["one"], to = "two", replace = true });
        File.ReadAllText(_folder["two"]).ShouldBe("1");
        File.Exists(_folder["one"]).ShouldBeFalse();
        (await peer.RefusedAsync("rename", new { path = _folder["gone"], to = "three" })).ShouldBe("not_found");
        (await peer.RefusedAsync("mkdir", new { path = _folder[new string('x', 300)] })).ShouldBe("too_long");
        peer.Activities.Select(activity => activity.Action).ShouldBe(["folder_made", "renamed"]);
    }

    [Theory]
    [InlineData("mkdir", "a/../../b")]
    [InlineData("mkdir", "..")]
    [InlineData("mkdir", ".")]
    [InlineData("delete", "..")]
    [InlineData("upload", "a/../../y")]
    [InlineData("delete", ".")]
    [InlineData("chmod", "..")]
    [InlineData("copy", "..")]
    [InlineData("move", "..")]
    [InlineData("rename", "..")]
    [InlineData("mkdir", "a\0b")]
    public async Task A_path_leads_where_it_says(string op, string name)
    {
        // What would be reached by mistake lies in this test's own folder.
        _folder.Write("above/precious", "kept");
        Directory.CreateDirectory(_folder["above/here/a"]);
        await using var peer = await FilesPeer.StartAsync();
        var path = _folder["above/here"] + "/" + name;
        (await peer.RefusedAsync(op, new { path, paths = new[] { path }, size = 0, mode = 0, to = op == "rename" ? "taken" : _folder.Path })).ShouldBe("invalid");
        Directory.GetFileSystemEntries(_folder["above"]).ShouldBe([_folder["above/here"], _folder["above/precious"]], ignoreOrder: true);
        Directory.GetFileSystemEntries(_folder["above/here"]).ShouldBe([_folder["above/here/a"]]);
        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([_folder["above"]]);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    public void A_folder_itself_takes_no_name_that_leads_out_of_it(string name)
    {
        _folder.Write("above/here/file", "");
        using var folder = new UnixFileSystem().Open(_folder["above/here"]);
        foreach (var act in (Action[])[() => folder.Remove(name, true), () => folder.OpenFolder(name), () => folder.Find(name), () => folder.SetMode(name, 0), () => folder.MakeFolder(name)])
            Should.Throw<Breeze.Remote.Files.FileFault>(act).Code.ShouldBe("invalid");
    }

    [Fact]
    public async Task Folders_are_copied_and_moved_with_modes_times_and_links_as_links()
    {
        using var elsewhere = new FilesFolder("/dev/shm");
        _folder.Write("tree/deep/file", "content");
        File.SetUnixFileMode(_folder["tree/deep/file"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetLastWriteTimeUtc(_folder["tree/deep/file"], new(2020, 2, 2, 2, 2, 2, DateTimeKind.Utc));
        File.CreateSymbolicLink(_folder["tree/link"], "/etc");
        await _folder.RunAsync("mkfifo tree/pipe");
        await using var peer = await FilesPeer.StartAsync();
        Directory.CreateDirectory(_folder["copies"]);
        var copied = await peer.DoAsync("copy", new { paths = new[] { _folder["tree"] }, to = _folder["copies"] });
        copied.GetProperty("progress").GetProperty("skipped").GetInt64().ShouldBe(1);
        (await peer.RefusedAsync("copy", new { paths = new[] { _folder["tree"] }, to = _folder["copies"] })).ShouldBe("exists");
        (await peer.RefusedAsync("copy", new { paths = new[] { _folder["tree"] }, to = _folder["tree/deep"] })).ShouldBe("invalid");
        // /dev/shm is another file system.
        await peer.DoAsync("move", new { paths = new[] { _folder["copies/tree"] }, to = elsewhere.Path });
        Directory.Exists(_folder["copies/tree"]).ShouldBeFalse();
        File.ReadAllText(elsewhere["tree/deep/file"]).ShouldBe("content");
        File.GetUnixFileMode(elsewhere["tree/deep/file"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.GetLastWriteTimeUtc(elsewhere["tree/deep/file"]).Year.ShouldBe(2020);
        new FileInfo(elsewhere["tree/link"]).LinkTarget.ShouldBe("/etc");
        await peer.DoAsync("move", new { paths = new[] { _folder["tree"] }, to = _folder["copies"] });
        File.ReadAllText(_folder["copies/tree/deep/file"]).ShouldBe("content");
        (await peer.RefusedAsync("move", new { paths = new[] { _folder["copies"] }, to = _folder["copies/tree"] })).ShouldBe("invalid");
    }

    [Fact]
    public async Task Permissions_and_owners_are_changed_also_below_a_folder()
    {
        _folder.Write("tree/file", "");
        _folder.Write("tree/deep/program", "");
        await _folder.RunAsync("chmod 700 tree/deep/program");
        await using var peer = await FilesPeer.StartAsync();
        var tree = new[] { _folder["tree"] };
        await peer.DoAsync("chmod", new { paths = tree, mode = Convert.ToInt32("755", 8), recursive = true });
        var modes = await peer.ListAsync(_folder["tree"]);
        modes["deep"].GetProperty("mode").GetInt32().ShouldBe(Convert.ToInt32("755", 8));
        modes["file"].GetProperty("mode").GetInt32().ShouldBe(Convert.ToInt32("644", 8));
        (await peer.ListAsync(_folder["tree/deep"]))["program"].GetProperty("mode").GetInt32().ShouldBe(Convert.ToInt32("755", 8));
        var group = modes["file"].GetProperty("group").GetString();
        await peer.DoAsync("chown", new { paths = tree, group, recursive = true });
        (await peer.RefusedAsync("chown", new { paths = tree, owner = "nobody-of-this-name" })).ShouldBe("invalid");
        (await peer.RefusedAsync("chmod", new { paths = tree, mode = 0x10000 })).ShouldBe("invalid");
        (await peer.RefusedAsync("chmod", new { paths = tree })).ShouldBe("invalid");
    }

    [Fact]
    public async Task Names_are_searched_below_a_folder_and_the_search_can_be_ended()
    {
        _folder.Write("a/report.txt", "");
        _folder.Write("a/b/Report-2.TXT", "");
        _folder.Write("a/other.log", "");
        Directory.CreateSymbolicLink(_folder["a/loop"], _folder.Path);
        await using var peer = await FilesPeer.StartAsync();
        (await FoundAsync(peer, "report")).ShouldBe(["a/b/Report-2.TXT", "a/report.txt"]);
        (await FoundAsync(peer, "*.log")).ShouldBe(["a/other.log"]);
        (await FoundAsync(peer, "loop")).ShouldBe(["a/loop"]);
        (await peer.RefusedAsync("search", new { path = _folder.Path, pattern = "" })).ShouldBe("invalid");
        var endless = peer.Begin("search", new { path = "/", pattern = "nothing-has-this-name" });
        peer.Tell(new { id = endless, op = "cancel" });
        FilesPeer.CodeOf(await peer.LastAsync(endless)).ShouldBe("cancelled");
    }

    [Theory]
    [InlineData("plain text", "text", "utf-8")]
    [InlineData("Grüße", "text", "utf-8")]
    [InlineData("\0\u0001binary", "binary", null)]
    [InlineData("", "text", "utf-8")]
    public async Task A_preview_says_what_a_file_is_by_its_content(string content, string kind, string? type)
    {
        _folder.Write("file.png", content);
        await using var peer = await FilesPeer.StartAsync();
        var id = peer.Begin("preview", new { path = _folder["file.png"] });
        var told = await peer.LastAsync(id);
        told.GetProperty("content").GetString().ShouldBe(kind);
        (told.TryGetProperty("type", out var given) ? given.GetString() : null).ShouldBe(type);
        Encoding.UTF8.GetString(peer.BytesOf(id)).ShouldBe(kind == "text" ? content : "");
    }

    [Fact]
    public async Task A_preview_shows_the_beginning_of_a_long_text_and_an_image_whole()
    {
        File.WriteAllText(_folder["long"], new string('x', 400_000));
        byte[] image = [0x89, .. "PNG\r\n\u001a\n"u8, .. new byte[300_000]];
        File.WriteAllBytes(_folder["picture"], image);
        await using var peer = await FilesPeer.StartAsync();
        var id = peer.Begin("preview", new { path = _folder["long"] });
        (await peer.LastAsync(id)).GetProperty("more").GetBoolean().ShouldBeTrue();
        peer.BytesOf(id).Length.ShouldBe(256 << 10);
        id = peer.Begin("preview", new { path = _folder["picture"] });
        (await peer.LastAsync(id)).GetProperty("type").GetString().ShouldBe("image/png");
        peer.BytesOf(id).ShouldBe(image);
    }

    [Fact]
    public async Task Who_may_only_look_changes_nothing()
    {
        _folder.Write("file", "content");
        await using var peer = await FilesPeer.StartAsync(viewOnly: true);
        peer.Hello.GetProperty("view_only").GetBoolean().ShouldBeTrue();
        foreach (var op in (string[])["mkdir", "rename", "move", "copy", "delete", "chmod", "chown", "upload"])
            (await peer.RefusedAsync(op, new { path = _folder["file"], paths = new[] { _folder["file"] }, to = _folder.Path, size = 0, mode = 0 })).ShouldBe("view_only");
        var id = peer.Begin("download", new { path = _folder["file"] });
        await peer.LastAsync(id);
        Encoding.UTF8.GetString(peer.BytesOf(id)).ShouldBe("content");
        File.ReadAllText(_folder["file"]).ShouldBe("content");
    }

    [Fact]
    public async Task What_makes_no_sense_is_answered_or_left_and_the_session_goes_on()
    {
        await using var peer = await FilesPeer.StartAsync();
        peer.Channel.Send();
        peer.Channel.Send(1);
        peer.Channel.Send(2, 0, 0);
        peer.Channel.Send([1, .. "{\"id\":1"u8]);
        peer.Channel.Send([1, .. "{\"id\":-1,\"op\":\"list\"}"u8]);
        peer.Channel.Send([1, .. """{"id":900,"op":"list","path":"\ud800"}"""u8]);
        peer.Channel.Send([1, .. "[]"u8]);
        peer.Channel.Send(77, 1, 2);
        peer.SendChunk(4711, 0, "nobody asked"u8);
        peer.Tell(new { id = 5000, op = "cancel" });
        (await peer.RefusedAsync("format", new { path = "/" })).ShouldBe("invalid");
        (await peer.RefusedAsync("list", new { })).ShouldBe("invalid");
        (await peer.RefusedAsync("list", new { path = "relative" })).ShouldBe("invalid");
        (await peer.RefusedAsync("measure", new { paths = new[] { "/" } })).ShouldBe("invalid");
        (await peer.RefusedAsync("measure", new { paths = new[] { "//." } })).ShouldBe("invalid");
        (await peer.RefusedAsync("measure", new { paths = Enumerable.Repeat("/none", 1001) })).ShouldBe("invalid");
        (await peer.RefusedAsync("stat", new { path = "/" + string.Join('/', Enumerable.Repeat("x", 3000)) })).ShouldBeOneOf("not_found", "too_long");
    }

    async Task<string[]> FoundAsync(FilesPeer peer, string pattern)
    {
        var id = peer.Begin("search", new { path = _folder.Path, pattern });
        await peer.LastAsync(id);
        return [.. peer.PartsOf(id).Where(part => part.TryGetProperty("entries", out _)).SelectMany(part => part.GetProperty("entries").EnumerateArray())
            .Select(entry => entry.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];
    }
}
