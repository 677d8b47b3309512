namespace Breeze.Browser.Tests;

public sealed class PageTests(Site site, PageWindow window) : IClassFixture<PageWindow>
{
    static readonly (string Name, string Path)[] Pages =
    [
        ("dashboard", "/"), ("devices", "/devices"), ("devices-none", "/devices?q=no-such-device"), ("device-overview", "{device}"),
        ("device-performance", "{device}/performance"), ("device-hardware", "{device}/hardware"), ("device-scripts", "{device}/scripts"),
        ("device-commands", "{device}/commands"), ("organizations", "/organizations"), ("organization-new", "/organizations/new"), ("groups", "/groups"), ("partners", "/partners"), ("settings", "/settings"), ("consent", "/settings/consent"),
        ("actions", "/actions"), ("scripts", "/scripts"), ("script-new", "/scripts/new"), ("policies", "/policies"), ("policy-form", "/policies/new?example=patched"), ("remote", "/remote"), ("plugins", "/plugins"), ("alerts", "/alerts"), ("alert-rules", "/alerts/rules"), ("alert-rule-new", "/alerts/rules/new"),
        ("notifications", "/notifications"), ("notification-routes", "/notifications/routes"), ("notification-log", "/notifications/log"), ("channel-new", "/notifications/channels/new?type=webhook"),
        ("on-call", "/on-call"), ("schedule-new", "/on-call/00000000-0000-0000-0000-000000000000/edit"), ("escalation", "/escalation"), ("policy-new", "/escalation/00000000-0000-0000-0000-000000000000"),
        ("how-told", "/account/notifications"), ("bell", "/bell"),
        ("plugin-settings", "/plugins?settings=collectors.system"), ("enrollment", "/enrollment"), ("audit", "/audit"), ("search", "/search?q=o"),
        ("users", "/users"), ("roles", "/roles"), ("role-new", "/roles/new"), ("role-builtin", "/roles/00000000-0000-7000-8000-000000000002"), ("api-keys", "/api-keys"), ("sign-on", "/sign-on"),
        ("profile", "/account/profile"), ("forgot-password", "/forgot-password"), ("components", "/dev/components"),
    ];

    /// <summary>
    /// How a page is looked at: opened twice, each time in both themes, of which the second comes while the page is open, as when the system turns dark in the
    /// evening. Checked for everybody's use where colours or arrangement differ: once light and wide, once dark and narrow.
    /// </summary>
    static readonly (string[] Themes, int Width)[] Looks = [(["light", "dark"], 1366), (["dark", "light"], 390)];

    public static TheoryData<string, string> Everything() => [.. Pages.Select(page => new TheoryDataRow<string, string>(page.Name, page.Path))];

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task A_page_opens_without_errors_and_for_everybody(string name, string path)
    {
        window.Open.Forget();
        await LookAtAsync(window.Open, name, path.Replace("{device}", site.DevicePath, StringComparison.Ordinal));
    }

    static async Task LookAtAsync(OpenPage open, string name, string path)
    {
        foreach (var (themes, width) in Looks)
        {
            await open.LookAsync(themes[0], width);
            var response = await open.GoAsync(path);
            response!.Status.ShouldBe(200);
            await SettleAsync(open.Page);
            (await open.AccessibilityProblemsAsync()).ShouldBeEmpty($"{themes[0]}, {width} px");
            foreach (var theme in themes)
            {
                await open.LookAsync(theme, width);
                var look = $"{theme}, {width} px";
                await open.Page.WaitForFunctionAsync("theme => getComputedStyle(document.documentElement).colorScheme === theme", theme);
                (await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBeLessThanOrEqualTo(0, $"{look}: the page scrolls sideways");
                await open.ScreenshotAsync($"{name}-{theme}-{width}");
                open.Errors.ShouldBeEmpty(look);
            }
        }
    }

    [Fact]
    public async Task The_sign_in_page_opens_without_errors_and_for_everybody()
    {
        await using var open = await site.OpenAsync(signedIn: false);
        await LookAtAsync(open, "sign-in", "/sign-in");
    }

    [Fact]
    public async Task An_address_that_leads_nowhere_says_what_to_do()
    {
        await using var open = await site.OpenAsync();
        var response = await open.GoAsync("/no-such-page");
        response!.Status.ShouldBe(404);
        await open.ScreenshotAsync("error-404-light-1366");
        (await open.Page.TextContentAsync("h1")).ShouldBe("There is nothing here");
        (await open.Page.TextContentAsync("#trace"))!.Length.ShouldBeGreaterThan(10);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        // And the look for problems finds one that is there.
        await open.Page.EvaluateAsync("() => document.querySelector('h1').after(document.createElement('button'))");
        (await open.AccessibilityProblemsAsync()).ShouldHaveSingleItem().ShouldStartWith("button-name: ");
    }

    [Fact]
    public async Task The_first_view_is_small()
    {
        await using var open = await site.OpenAsync();
        var sizes = new List<int>();
        open.Page.Response += async (_, response) =>
        {
            if (response.Url.Contains("/assets/", StringComparison.Ordinal) && response.Headers.TryGetValue("content-length", out var length))
            {
                lock (sizes)
                {
                    sizes.Add(int.Parse(length, System.Globalization.CultureInfo.InvariantCulture));
                }
            }
            await Task.CompletedTask;
        };
        await open.GoAsync("/devices");
        await open.Page.WaitForTimeoutAsync(300);
        sizes.Count.ShouldBeGreaterThanOrEqualTo(3);
        sizes.Sum().ShouldBeLessThan(150_000);
    }

    /// <summary>Waits for charts, when the page has some.</summary>
    static async Task SettleAsync(IPage page)
    {
        if (await page.Locator("[data-charts], [data-live-chart]").CountAsync() > 0)
        {
            await page.Locator(".uplot canvas").First.WaitForAsync(new() { Timeout = 60_000 });
        }
    }
}
