using System.IO.Compression;
using System.Text;
using Breeze.Integration.Tests.Support;

namespace Breeze.Browser.Tests;

/// <summary>Playing back what a terminal showed.</summary>
public sealed class RecordingTests(Site site)
{
    const string Cast =
        """
        {"version":2,"width":60,"height":12}
        [0.1,"o","\u001b[3mThis session is recorded.\u001b[0m\r\n$ first\r\n"]
        [0.2,"i","never shown"]
        this is no line of a recording
        [40.2,"o","$ \u001b[32msecond\u001b[0m <b id=forged>x</b> \u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007\r\n"]
        [40.3,"r","100x20"]
        [1e999,"o","no time"]
        [40.4,"o","\u001b]52;c;aGk=\u0007$ third\r\n"]
        [41.4,"o","$ last\r\n"]

        """;

    [Fact]
    public async Task A_recording_is_found_played_and_searched_through_by_keys_and_nothing_in_it_is_more_than_text()
    {
        var session = await SeedAsync();
        await using var open = await site.OpenAsync();
        await open.GoAsync($"/remote?kind=terminal&device={site.DevicePath.Split('/')[^1]}");
        await open.Page.Locator($"#session-{session}").GetByRole(AriaRole.Link, new() { Name = "Recording of Ada" }).ClickAsync();
        await open.Page.ToBeAtAsync("/recording$");
        var player = open.Page.Locator("[data-recording]");
        var rows = player.Locator(".xterm-rows");
        var clock = player.Locator("[data-time]");
        var seek = player.Locator("[data-seek]");
        // It begins to play by itself; pauses of more than two seconds last two.
        await Assertions.Expect(rows).ToContainTextAsync("$ first", new() { Timeout = 30_000 });
        await Assertions.Expect(rows).ToContainTextAsync("$ last", new() { Timeout = 30_000 });
        await Assertions.Expect(clock).ToHaveTextAsync("0:03 / 0:03");
        await Assertions.Expect(player.GetByRole(AriaRole.Button, new() { Name = "Play", Exact = true })).ToBeVisibleAsync();
        (await open.Page.EvaluateAsync<int>("[...document.querySelectorAll('.xterm-rows > div')].length")).ShouldBe(20);
        await Assertions.Expect(rows).ToContainTextAsync("<b id=forged>x</b> link");
        await Assertions.Expect(open.Page.Locator("#forged")).ToHaveCountAsync(0);
        await Assertions.Expect(rows).Not.ToContainTextAsync("never shown");
        await Assertions.Expect(rows).Not.ToContainTextAsync("no time");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("recording-light-1366-window");

        // Back to the beginning, with its size; then on, in the recording's own time.
        await player.GetByLabel("Skip pauses").UncheckAsync();
        await Assertions.Expect(clock).ToHaveTextAsync("0:41 / 0:41");
        for (var i = 0; i < 9; i++)
        {
            await player.Locator("[data-play]").PressAsync("ArrowLeft");
        }
        await Assertions.Expect(clock).ToHaveTextAsync("0:00 / 0:41");
        await Assertions.Expect(rows).Not.ToContainTextAsync("second");
        await seek.FillAsync("20");
        await Assertions.Expect(clock).ToHaveTextAsync("0:20 / 0:41");
        await Assertions.Expect(rows).ToContainTextAsync("$ first");
        (await open.Page.EvaluateAsync<int>("[...document.querySelectorAll('.xterm-rows > div')].length")).ShouldBe(12);
        await seek.PressAsync(" ");
        await Assertions.Expect(player.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true })).ToBeVisibleAsync();
        await player.Locator("[data-speed]").SelectOptionAsync("8");
        await Assertions.Expect(rows).ToContainTextAsync("$ last", new() { Timeout = 30_000 });

        await open.LookAsync("dark", 390);
        await Assertions.Expect(player.Locator(".xterm-scrollable-element")).ToHaveCSSAsync("background-color", "rgb(15, 19, 24)");
        await open.Page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");
        await open.Page.WaitForFunctionAsync("() => getComputedStyle(document.querySelector('.xterm-rows')).fontSize === '8px'");
        (await open.Page.EvaluateAsync<double>("Math.abs(parseFloat(document.querySelector('.xterm-rows').style.letterSpacing))")).ShouldBeLessThan(1, "letters stand beside each other");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("recording-dark-390-window");

        var download = await open.Page.RunAndWaitForDownloadAsync(() => open.Page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        (await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken)).ShouldBe(Cast);
        (await ServerDatabase.ReadAsync<string>(
            site.Server, "SELECT string_agg(DISTINCT action, ',' ORDER BY action) FROM audit_logs WHERE detail->>'session' = $1", session.ToString()))
            .ShouldBe("remote.recording_downloaded,remote.recording_watched");
        open.Errors.ShouldBeEmpty();
        open.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await open.Page.ToBeAtAsync("/remote$");
        (await ServerDatabase.ReadAsync<long>(site.Server, "SELECT count(*) FROM remote_recordings WHERE session_id = $1", session)).ShouldBe(0);
    }

    /// <summary>A session that has ended, with a recording in two parts, the first of which ends within a line.</summary>
    async Task<Guid> SeedAsync()
    {
        var bytes = Encoding.UTF8.GetBytes(Cast);
        return await ServerDatabase.ReadAsync<Guid>(
            site.Server,
            """
            WITH session AS (
                INSERT INTO remote_sessions (id, partner_id, organization_id, device_id, technician, kind, status, recorded, requested_at, started_at, ended_at, end_reason)
                SELECT $2, partner_id, organization_id, id, 'Ada', 'terminal', 'ended', true, now(), now(), now(), 'exited' FROM devices WHERE id = $1
                RETURNING id, partner_id, organization_id, device_id),
            recording AS (
                INSERT INTO remote_recordings (session_id, partner_id, organization_id, device_id, columns, rows, started_at, ended_at, bytes, parts, state)
                SELECT id, partner_id, organization_id, device_id, 60, 12, now(), now(), $5, 2, 'complete' FROM session)
            INSERT INTO remote_recording_parts (session_id, number, device_id, content, unpacked)
            SELECT s.id, p.number, s.device_id, p.content, 0 FROM session s, (VALUES (0, $3), (1, $4)) p (number, content) RETURNING session_id
            """,
            Guid.Parse(site.DevicePath.Split('/')[^1]), Guid.CreateVersion7(), Pack(bytes.AsSpan(0, 90)), Pack(bytes.AsSpan(90)), (long)bytes.Length);
    }

    static byte[] Pack(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }
        return packed.ToArray();
    }
}
