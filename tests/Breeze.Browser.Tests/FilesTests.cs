using System.Globalization;
using System.Security.Cryptography;

namespace Breeze.Browser.Tests;

/// <summary>Files of this very machine, from a page.</summary>
public sealed class FilesTests(Site site) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("breeze-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_are_found_shown_uploaded_renamed_downloaded_and_deleted()
    {
        await File.WriteAllTextAsync(Path.Join(_folder, "notes.txt"), "A line to read\n", Token);
        await File.WriteAllTextAsync(Path.Join(_folder, "<img src=x onerror=alert(1)>\u202Etxt.exe"), "", Token);
        Directory.CreateDirectory(Path.Join(_folder, "below", "deeper"));
        await File.WriteAllTextAsync(Path.Join(_folder, "below", "deeper", "found-me.log"), "x", Token);
        for (var i = 0; i < 3000; i++)
        {
            await File.WriteAllBytesAsync(Path.Join(_folder, "below", string.Create(CultureInfo.InvariantCulture, $"many-{i}")), [], Token);
        }
        await using var open = await site.OpenAsync();
        var page = open.Page;
        await open.GoAsync(site.DevicePath);
        await page.Keyboard.PressAsync("f");
        await page.ToBeAtAsync("/files");
        await ConnectedAsync(page);
        await page.Locator("[data-do=edit-path]").ClickAsync();
        await page.FillAsync("[data-path-input]", _folder);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(RowOf(page, "notes.txt")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-list]")).ToContainTextAsync("<img src=x onerror=alert(1)>⟨U+202E⟩txt.exe");
        await Assertions.Expect(page.Locator("[data-count]")).ToHaveTextAsync("3 entries");

        await RowOf(page, "notes.txt").Locator(".file-name").ClickAsync();
        await Assertions.Expect(page.Locator("[data-preview-body] pre")).ToHaveTextAsync("A line to read\n");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("files-light-1366-window");
        await page.Locator("[data-do=close-preview]").ClickAsync();

        // By keys into a folder of many, of which only those rows exist that can be seen; back up, with the folder chosen.
        await page.Locator("[data-list] table").PressAsync("b");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("[data-count]")).ToHaveTextAsync("3001 entries");
        await page.Keyboard.PressAsync("End");
        await Assertions.Expect(RowOf(page, "many-2999")).ToBeInViewportAsync();
        (await page.Locator("[data-list] tbody tr").CountAsync()).ShouldBeLessThan(120);
        await page.FillAsync("[data-page-search]", "found-me");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(RowOf(page, "deeper/found-me.log")).ToBeVisibleAsync();
        await page.Locator("[data-do=up]").ClickAsync();
        await Assertions.Expect(page.Locator("tr[aria-selected=true]")).ToContainTextAsync("below");

        var content = RandomNumberGenerator.GetBytes(3_000_000);
        await page.Locator("[data-choose-files]").SetInputFilesAsync(new FilePayload { Name = "new.bin", MimeType = "application/octet-stream", Buffer = content });
        await Assertions.Expect(page.Locator("[data-transfers] li[data-state=done]")).ToHaveCountAsync(1);
        (await File.ReadAllBytesAsync(Path.Join(_folder, "new.bin"), Token)).ShouldBe(content);
        await RowOf(page, "new.bin").Locator("td.num").ClickAsync();
        await page.Locator("[data-list] table").PressAsync("F2");
        await page.FillAsync("#rename-name", "renamed.bin");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(RowOf(page, "renamed.bin")).ToHaveAttributeAsync("aria-selected", "true");
        await open.LookAsync("dark", 390);
        await open.ScreenshotAsync("files-dark-390-window");
        await page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");
        await DownloadsAsync(page, "renamed.bin", content);
        await open.LookAsync("light", 1366);

        await page.Locator("[data-list] table").PressAsync("Delete");
        await Assertions.Expect(page.Locator("dialog[data-ask=delete] [data-words]")).ToContainTextAsync("1 file and 0 folders");
        await page.Locator("dialog[data-ask=delete] [data-confirm]").ClickAsync();
        await Assertions.Expect(RowOf(page, "renamed.bin")).ToHaveCountAsync(0);
        File.Exists(Path.Join(_folder, "renamed.bin")).ShouldBeFalse();
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Transfers_go_on_by_themselves_after_a_connection_was_lost()
    {
        const int Size = 60_000_000;
        var source = Path.Join(_folder, "source.bin");
        var content = RandomNumberGenerator.GetBytes(Size);
        await File.WriteAllBytesAsync(source, content, Token);
        var target = Directory.CreateDirectory(Path.Join(_folder, "target")).FullName;
        await using var open = await site.OpenAsync();
        var page = open.Page;
        await page.AddInitScriptAsync("window.sockets = []; window.WebSocket = class extends WebSocket { constructor(...given) { super(...given); window.sockets.push(this); } };");
        await open.GoAsync($"{site.DevicePath}/files?path={Uri.EscapeDataString(target)}");
        await ConnectedAsync(page);
        await page.Locator("[data-choose-files]").SetInputFilesAsync(source);
        await CutAsync(page);
        await Assertions.Expect(page.Locator("[data-transfers] li[data-state=done]")).ToHaveCountAsync(1, new() { Timeout = 120_000 });
        SHA256.HashData(await File.ReadAllBytesAsync(Path.Join(target, "source.bin"), Token)).ShouldBe(SHA256.HashData(content));
        Directory.GetFileSystemEntries(target).Length.ShouldBe(1);

        await RowOf(page, "source.bin").Locator(".check").ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(
            async () =>
            {
                await page.Locator("[data-do=download]").ClickAsync();
                await CutAsync(page);
            }, new() { Timeout = 120_000 });
        SHA256.HashData(await File.ReadAllBytesAsync(await download.PathAsync(), Token)).ShouldBe(SHA256.HashData(content));
    }

    [Fact]
    public async Task A_browser_without_WebRTC_has_the_same_files_through_the_server()
    {
        await using var open = await site.OpenAsync();
        var page = open.Page;
        await page.AddInitScriptAsync("delete window.RTCPeerConnection");
        await open.GoAsync($"{site.DevicePath}/files?path={Uri.EscapeDataString(_folder)}");
        await ConnectedAsync(page);
        await Assertions.Expect(page.Locator("[data-remote-state]")).ToHaveTextAsync("Via server");
        var content = RandomNumberGenerator.GetBytes(2_000_000);
        await page.Locator("[data-choose-files]").SetInputFilesAsync(new FilePayload { Name = "new.bin", MimeType = "application/octet-stream", Buffer = content });
        await Assertions.Expect(page.Locator("[data-transfers] li[data-state=done]")).ToHaveCountAsync(1);
        await RowOf(page, "new.bin").Locator(".check").ClickAsync();
        await DownloadsAsync(page, "new.bin", content);
        await open.GoAsync("/audit");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("remote files: downloaded");
        open.Errors.ShouldBeEmpty();
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static ILocator RowOf(IPage page, string name) => page.Locator("[data-list] tbody tr", new() { Has = page.Locator($"bdi:text-is('{name}')") });

    static Task ConnectedAsync(IPage page) => page.Locator("[data-remote-files][data-state=open]").WaitForAsync(new() { Timeout = 60_000 });

    static async Task DownloadsAsync(IPage page, string name, byte[] content)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-do=download]").ClickAsync());
        download.SuggestedFilename.ShouldBe(name);
        (await File.ReadAllBytesAsync(await download.PathAsync(), Token)).ShouldBe(content);
    }

    /// <summary>Ends the session's socket in the middle of the latest transfer, which may not begin anew then.</summary>
    static async Task CutAsync(IPage page)
    {
        const string Bar = "document.querySelector('[data-transfers] li:last-child progress')";
        await page.WaitForFunctionAsync($"() => {Bar}?.value > 4e6", null, new() { Timeout = 60_000 });
        var before = await page.EvaluateAsync<double>($"(window.sockets.at(-1).close(), {Bar}.value)");
        before.ShouldBeLessThan(60_000_000);
        await page.Locator("[data-transfers] li:last-child:not([data-state=running])").WaitForAsync();
        await page.Locator("[data-transfers] li:last-child:is([data-state=running], [data-state=done])").WaitForAsync(new() { Timeout = 60_000 });
        (await page.EvaluateAsync<double>($"{Bar}.value")).ShouldBeGreaterThanOrEqualTo(before);
    }
}
