using System.Text.RegularExpressions;
using Breeze.Testing;

namespace Breeze.Browser.Tests;

/// <summary>The performance page of a device under a mouse.</summary>
public sealed class ChartTests(Site site)
{
    const string Cpu = "[data-chart-id=cpu]";

    [Fact]
    public async Task Dragging_zooms_double_click_goes_back_and_the_address_says_what_is_shown()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync(site.DevicePath + "/performance");
        await open.Page.Locator($"{Cpu} .u-over").WaitForAsync(new() { Timeout = 60_000 });
        // Ten minutes, so that a device that came a moment ago is more than a dot.
        var now = DateTimeOffset.UtcNow;
        var start = $"from={now.AddMinutes(-10):yyyy-MM-ddTHH:mm:ssZ}&to={now:yyyy-MM-ddTHH:mm:ssZ}";
        await open.GoAsync($"{site.DevicePath}/performance?{start}");
        var over = open.Page.Locator($"{Cpu} .u-over");
        await over.WaitForAsync();
        var box = (await over.BoundingBoxAsync())!;
        var y = box.Y + box.Height / 2;

        // The crosshair: the value with its unit and the time, here and in the chart beside it.
        await open.Page.Mouse.MoveAsync(box.X + box.Width - 2, y);
        await open.Page.Locator($"{Cpu} [data-at]:not(:empty)").WaitForAsync();
        (await open.Page.TextContentAsync($"{Cpu} [data-value]"))!.ShouldContain("%");
        (await open.Page.TextContentAsync("[data-chart-id=memory] [data-at]"))!.ShouldNotBeEmpty();

        await open.Page.Mouse.MoveAsync(box.X + box.Width * 0.2f, y);
        await open.Page.Mouse.DownAsync();
        await open.Page.Mouse.MoveAsync(box.X + box.Width - 1, y, new() { Steps = 4 });
        await open.Page.Mouse.UpAsync();
        await open.Page.Locator("[data-zoom-back]:visible").WaitForAsync();
        open.Page.Url.ShouldNotEndWith(start);
        await open.Page.Locator("[data-charts]:not([aria-busy])").WaitForAsync();
        (await open.Page.TextContentAsync("[data-span]"))!.ShouldContain("–");
        (await open.Page.Locator(Cpu).IsVisibleAsync()).ShouldBeTrue();
        await open.ScreenshotAsync("performance-zoomed-light-1366");

        await open.Page.DblClickAsync($"{Cpu} .u-over");
        await open.Page.ToBeAtAsync(Regex.Escape(start) + "$");

        await open.Page.ClickAsync("nav[aria-label='Time range'] a:has-text('24 h')");
        await open.Page.ToBeAtAsync(@"/performance\?range=24h$");
        (await open.Page.GetAttributeAsync("nav[aria-label='Time range'] [aria-current=true]", "data-range")).ShouldBe("24h");
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Charts_are_chosen_and_the_address_keeps_the_choice()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync(site.DevicePath + "/performance?show=cpu,memory");
        await open.Page.Locator(Cpu).WaitForAsync();
        (await open.Page.Locator(".chart-card").CountAsync()).ShouldBe(2);
        await open.Page.ClickAsync("summary:has(> [data-chosen])");
        await open.Page.CheckAsync("[data-choices] input[value=load]");
        await open.Page.Locator("[data-chart-id=load]").WaitForAsync();
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("performance-choices-light-1366");
        await open.Page.GoBackAsync(new() { WaitUntil = WaitUntilState.Commit });
        await open.Page.Locator("[data-chart-id=load]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await open.Page.Locator("[data-chart-id=memory]").WaitForAsync();
        (await open.Page.Locator(".chart-card").CountAsync()).ShouldBe(2);
        open.Errors.ShouldBeEmpty();
    }
}
