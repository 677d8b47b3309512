using Breeze.Integration.Tests.Support;

namespace Breeze.Browser.Tests;

/// <summary>
/// A shell on this very machine, typed into from a page. None is ended before it has begun: what a login shell does at its start, locks that it takes included, would be cut off half-way, and the
/// next ones would wait for it.
/// </summary>
public sealed class TerminalTests(Site site)
{
    [Fact]
    public async Task A_terminal_opens_by_a_key_runs_what_is_typed_and_ends_with_its_shell()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync(site.DevicePath);
        await open.Page.Keyboard.PressAsync("c");
        await open.Page.ToBeAtAsync("/terminal$");
        var state = open.Page.Locator("[data-remote-state][data-tone=open]");
        await state.WaitForAsync(new() { Timeout = 60_000 });
        // Straight to the device, which this machine is. Where a way is not found in time, a session goes through the server, and the next may find it.
        for (var attempt = 0; attempt < 3 && await state.TextContentAsync() != "Direct"; attempt++)
        {
            await open.GoAsync(site.DevicePath + "/terminal");
            await state.WaitForAsync(new() { Timeout = 60_000 });
        }
        await Assertions.Expect(state).ToHaveTextAsync("Direct");
        await Assertions.Expect(open.Page.Locator("[data-shell]")).ToContainTextAsync("/");
        await open.Page.Keyboard.TypeAsync("echo $((6*7))-ü; stty size\n");
        var rows = open.Page.Locator(".xterm-rows");
        await Assertions.Expect(rows).ToContainTextAsync("42-ü", new() { Timeout = 30_000 });
        await Assertions.Expect(rows).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"\d{2} \d{2,3}"));
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("terminal-light-1366-window");

        // The window's new size is the shell's, and its new theme the terminal's.
        await open.LookAsync("dark", 390);
        await Assertions.Expect(open.Page.Locator(".xterm-scrollable-element")).ToHaveCSSAsync("background-color", "rgb(15, 19, 24)");
        await open.Page.Keyboard.TypeAsync("clear; stty size\n");
        await Assertions.Expect(rows).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"\d{2} [34]\d\D"));
        await open.Page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");
        await open.ScreenshotAsync("terminal-dark-390-window");

        await open.Page.Keyboard.TypeAsync("exit 3\n");
        await open.Page.Locator("[data-remote-state][data-tone=end]").WaitForAsync();
        await Assertions.Expect(rows).ToContainTextAsync("ended with 3");
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_browser_without_WebRTC_has_the_same_terminal_through_the_server()
    {
        await using var open = await site.OpenAsync();
        await open.Page.AddInitScriptAsync("delete window.RTCPeerConnection");
        await open.GoAsync(site.DevicePath + "/terminal");
        var state = open.Page.Locator("[data-remote-state][data-tone=open]");
        await state.WaitForAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(state).ToHaveTextAsync("Via server");
        await open.Page.Keyboard.TypeAsync("echo $((6*7))-ü; exit 3\n");
        await Assertions.Expect(open.Page.Locator(".xterm-rows")).ToContainTextAsync("42-ü", new() { Timeout = 30_000 });
        await Assertions.Expect(open.Page.Locator(".xterm-rows")).ToContainTextAsync("ended with 3");
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_next_terminal_begins_with_another_shell_of_the_device()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync(site.DevicePath + "/terminal");
        var shells = open.Page.GetByLabel("Shell", new() { Exact = true });
        await Assertions.Expect(shells).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await HasBegunAsync(open.Page.Locator("[data-remote-terminal]").First);
        await shells.SelectOptionAsync("/bin/sh");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "New terminal" }).ClickAsync();
        var other = open.Page.Locator("[data-remote-terminal]").Nth(1);
        await Assertions.Expect(other.Locator("[data-shell]")).ToContainTextAsync("/bin/sh", new() { Timeout = 60_000 });
        await HasBegunAsync(other);
        foreach (var end in await open.Page.Locator("[data-remote-end]").AllAsync())
            await end.ClickAsync();
        await Assertions.Expect(open.Page.Locator("[data-remote-state][data-tone=end]")).ToHaveCountAsync(2);
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_terminals_do_not_live_on_one_ends_when_its_page_is_left()
    {
        await using var open = await site.OpenAsync();
        // As the server answers where the company has set 0 minutes; the setting is everybody's here.
        await open.Page.RouteAsync(new System.Text.RegularExpressions.Regex("/terminal\\?handler=Open"), async route =>
        {
            var answer = await route.FetchAsync();
            var body = await answer.TextAsync();
            body.ShouldContain("data-lingers=\"True\"");
            await route.FulfillAsync(new() { Response = answer, Body = body.Replace("data-lingers=\"True\"", "data-lingers=\"False\"", StringComparison.Ordinal) });
        });
        await open.GoAsync(site.DevicePath + "/terminal");
        await Assertions.Expect(open.Page.Locator("[data-remote-state]")).ToHaveAttributeAsync("data-tone", "open", new() { Timeout = 60_000 });
        await HasBegunAsync(open.Page.Locator("[data-remote-terminal]"));
        var session = Guid.Parse((await open.Page.Locator("[data-remote-terminal]").GetAttributeAsync("data-session"))!);
        await open.GoAsync("/devices");
        string? reason = null;
        for (var i = 0; i < 60 && reason is null; i++)
        {
            await open.Page.WaitForTimeoutAsync(500);
            reason = await ServerDatabase.ReadAsync<string>(site.Server, "SELECT coalesce(end_reason, '') FROM remote_sessions WHERE id = $1", session) is { Length: > 0 } ended ? ended : null;
        }
        reason.ShouldBe("closed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_terminal_goes_on_where_it_was_when_its_connection_is_cut(bool relayed)
    {
        await using var open = await site.OpenAsync();
        await open.Page.AddInitScriptAsync(
            """
            window.sockets = []; window.WebSocket = class extends WebSocket { constructor(...given) { super(...given); window.sockets.push(this); } };
            const create = RTCPeerConnection.prototype.createDataChannel;
            RTCPeerConnection.prototype.createDataChannel = function (...given) { return window.way = create.apply(this, given); };
            """);
        if (relayed)
            await open.Page.AddInitScriptAsync("delete window.RTCPeerConnection");
        await open.GoAsync(site.DevicePath + "/terminal");
        var state = open.Page.Locator("[data-remote-state]");
        await Assertions.Expect(state).ToHaveAttributeAsync("data-tone", "open", new() { Timeout = 60_000 });
        await open.Page.EvaluateAsync("window.said = []; new MutationObserver(() => said.push(document.querySelector('[data-remote-state]').textContent)).observe(document.querySelector('[data-remote-state]'), { childList: true })");
        await open.Page.Keyboard.TypeAsync("stty -echo; for i in $(seq 60); do printf %s. $i; sleep 0.05; done; echo $((6*7))ready; stty echo\n");
        await Assertions.Expect(open.Page.Locator(".xterm-rows")).ToContainTextAsync("8.9.10.", new() { Timeout = 30_000 });
        // The device notices by itself that the page's end is gone, and so does the page.
        await open.Page.EvaluateAsync("() => { window.way?.close(); window.sockets.at(-1).close(); }");
        await open.Page.Keyboard.TypeAsync("echo $((6*8))typed\n");
        var rows = open.Page.Locator(".xterm-rows");
        await Assertions.Expect(rows).ToContainTextAsync("42ready", new() { Timeout = 60_000 });
        await Assertions.Expect(rows).ToContainTextAsync("48typed", new() { Timeout = 30_000 });
        await Assertions.Expect(state).ToHaveAttributeAsync("data-tone", "open");
        (await open.Page.EvaluateAsync<string>("said.join()")).ShouldContain("Connection lost, reconnecting (");
        // Every number once, in its order.
        var screen = await open.Page.EvaluateAsync<string>("[...document.querySelectorAll('.xterm-rows > div')].map(row => row.textContent.trimEnd()).join('')");
        await open.Page.Locator("[data-remote-end]").ClickAsync();
        screen.ShouldContain(string.Concat(Enumerable.Range(1, 60).Select(i => $"{i}.")) + "42ready");
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_terminal_is_there_again_after_its_page_was_loaded_anew_and_ends_when_somebody_ends_it()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync(site.DevicePath + "/terminal");
        var state = open.Page.Locator("[data-remote-state]");
        var rows = open.Page.Locator(".xterm-rows");
        await Assertions.Expect(state).ToHaveAttributeAsync("data-tone", "open", new() { Timeout = 60_000 });
        await open.Page.Keyboard.TypeAsync("kept=$((6*7)); echo kept-$kept\n");
        await Assertions.Expect(rows).ToContainTextAsync("kept-42", new() { Timeout = 30_000 });
        await open.Page.ReloadAsync();
        await Assertions.Expect(state).ToHaveAttributeAsync("data-tone", "open", new() { Timeout = 60_000 });
        await Assertions.Expect(open.Page.Locator("[data-remote-terminal]")).ToHaveCountAsync(1);
        await Assertions.Expect(rows).ToContainTextAsync("kept-42");
        // The same shell, typed into where it was.
        await open.Page.Keyboard.TypeAsync("echo still-$((kept+1))\n");
        await Assertions.Expect(rows).ToContainTextAsync("still-43");

        // Another tab offers it, and takes it when somebody wants that.
        await using var other = await site.OpenAsync();
        await other.GoAsync(site.DevicePath + "/terminal");
        var living = other.Page.Locator("[data-remote-living]");
        await Assertions.Expect(living).ToContainTextAsync("Open on another page");
        (await other.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await other.ScreenshotAsync("terminal-living-light-1366-window");
        await HasBegunAsync(other.Page.Locator("[data-remote-terminal]"));
        await living.GetByRole(AriaRole.Button, new() { Name = "Return to it" }).ClickAsync();
        var pane = other.Page.Locator($"[data-session='{await open.Page.Locator("[data-remote-terminal]").GetAttributeAsync("data-session")}']");
        // A terminal draws what is in sight.
        await pane.ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(pane.Locator(".xterm-rows")).ToContainTextAsync("still-43", new() { Timeout = 60_000 });
        await Assertions.Expect(state).ToHaveAttributeAsync("data-tone", "end", new() { Timeout = 30_000 });
        foreach (var end in await other.Page.Locator("[data-remote-end]").AllAsync())
            await end.ClickAsync();
        await Assertions.Expect(other.Page.Locator("[data-remote-state][data-tone=end]")).ToHaveCountAsync(2);
        open.Errors.ShouldBeEmpty();
        other.Errors.ShouldBeEmpty();
    }

    /// <summary>Waits for the prompt.</summary>
    static async Task HasBegunAsync(ILocator pane)
    {
        await pane.ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(pane.Locator(".xterm-rows")).ToContainTextAsync(new System.Text.RegularExpressions.Regex("[#$%]"), new() { Timeout = 60_000 });
    }
}
