using System.Text.RegularExpressions;

namespace Breeze.Browser.Tests;

/// <summary>What the page says while the person at the device is asked. Everybody shares one device here, whose rules nobody changes: the question is put into what the server sends.</summary>
public sealed class ConsentTests(Site site)
{
    [Fact]
    public async Task The_page_says_whom_it_waits_for_and_opens_when_they_allow_it()
    {
        await using var open = await site.OpenAsync();
        var page = open.Page;
        var browser = new TaskCompletionSource<IWebSocketRoute>(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteWebSocketAsync(new Regex("/ws/remote/"), route =>
        {
            var server = route.ConnectToServer();
            server.OnMessage(message =>
            {
                if (message.Text is null)
                {
                    route.Send(message.Binary!);
                    return;
                }
                // The device's own word, that nobody is asked, would answer the question.
                if (!message.Text.Contains("\"consent\",", StringComparison.Ordinal))
                {
                    route.Send(message.Text);
                }
                if (message.Text.Contains("\"type\":\"session\"", StringComparison.Ordinal))
                {
                    route.Send("""{"type":"consent","consent":{"answer":"asking","person":"<b>Maria</b>","seconds":299}}""");
                    browser.TrySetResult(route);
                }
            });
        });
        await open.GoAsync(site.DevicePath + "/desktop");
        await page.ClickAsync("button:has-text('Only look')");
        var state = page.Locator("[data-remote-state]");
        await Assertions.Expect(state).ToHaveTextAsync(new Regex("^Waiting for <b>Maria</b> at .+ to allow it \\(2[0-9]{2} s\\)…$"), new() { Timeout = 60_000 });
        // The way stands by now, and the page waits all the same.
        await page.Locator("[data-remote-desktop][data-frame]").WaitForAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(state).ToHaveTextAsync(new Regex("^Waiting for "));
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("consent-waiting-light-1366");
        (await browser.Task).Send("""{"type":"consent","consent":{"answer":"allowed","person":"<b>Maria</b>"}}""");
        await Assertions.Expect(page.Locator("#toasts")).ToContainTextAsync("<b>Maria</b> allowed it.");
        await page.Locator("[data-remote-desktop][data-state=open]").WaitForAsync();
        await page.ClickAsync("[data-remote-end]");
        await Assertions.Expect(state).ToHaveTextAsync("You ended this session.");
        open.Errors.ShouldBeEmpty();
    }
}
