namespace Breeze.Browser.Tests;

/// <summary>A policy from an example to the device that differs, and to the one that does not any more.</summary>
public sealed class PolicyTests(Site site)
{
    [Fact]
    public async Task A_policy_is_tried_before_it_is_saved_and_shows_who_differs()
    {
        await using var open = await site.OpenAsync();
        var page = open.Page;
        var name = $"Desired {Guid.NewGuid():n}"[..20];
        await open.GoAsync("/policies/new?example=patched");
        await Assertions.Expect(page.Locator("#check-1-condition")).ToHaveValueAsync("not updates.needs_restart");
        await page.FillAsync("#name", name);
        await page.ClickAsync("button[value='drop:1']");
        await Assertions.Expect(page.Locator(".policy-check")).ToHaveCountAsync(1);
        await page.ClickAsync("button:has-text('Add a check')");
        await Assertions.Expect(page.Locator(".policy-check")).ToHaveCountAsync(2);
        await page.FillAsync("#check-0-name", "Checks in");
        await FillAsync(page, "#check-0-condition", "status in (\"online\", \"offline\")");
        await page.FillAsync("#check-1-name", "Is elsewhere");

        // The fields know the words, and what is wrong is said before anything is kept.
        var condition = page.Locator("#check-1-condition");
        await condition.PressSequentiallyAsync("hostn");
        await page.Locator(".suggestions li:has-text('hostname')").First.WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await FillAsync(page, "#check-1-condition", "hostnam = \"no-such-device\"");
        await page.ClickAsync("[data-preview]");
        await page.Locator("#policy-preview .field-error:has-text('Is elsewhere')").WaitForAsync();
        await FillAsync(page, "#check-1-condition", "hostname = \"no-such-device\"");
        await page.ClickAsync("[data-preview]");
        await page.Locator("#policy-preview:has-text('would drift') .policy-bar").WaitForAsync();
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("policy-form-light-1366");
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("policy-form-dark-390");
        await open.LookAsync("light", 1366);
        await page.ClickAsync("[data-save]");

        // Judged at once: the device, and which check it is.
        await page.Locator($"h1:text-is('{name}')").WaitForAsync();
        var policy = new Uri(page.Url).AbsolutePath;
        var device = page.Locator($"tr[data-row]:has(a[href='{site.DevicePath}'])");
        await Assertions.Expect(device).ToContainTextAsync("Is elsewhere");
        await Assertions.Expect(device).Not.ToContainTextAsync("Checks in");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("policy-light-1366");
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");
        await open.ScreenshotAsync("policy-dark-390");
        await open.LookAsync("light", 1366);
        await open.GoAsync($"{policy}?status=compliant");
        await page.Locator(".empty:has-text('No device is so')").WaitForAsync();
        await open.GoAsync(site.DevicePath);
        await Assertions.Expect(page.Locator($"section:has(#policies-title) li:has-text('{name}')")).ToContainTextAsync("Drifted");
        await open.ScreenshotAsync("device-policies-light-1366");

        // The list, from the menu, and the change that makes it hold.
        await page.ClickAsync(".sidebar a[data-path='/policies']");
        await page.Locator($"tr[data-row]:has-text('{name}') .policy-bar").WaitForAsync();
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("policies-light-1366");
        await open.GoAsync($"{policy}/edit");
        await FillAsync(page, "#check-1-condition", "hostname is not empty");
        await page.ClickAsync("[data-save]");
        await Assertions.Expect(device.Locator(".state")).ToHaveTextAsync("Compliant");
        await page.ClickAsync("button:has-text('Switch off')");
        await page.Locator(".empty:has-text('It is switched off')").WaitForAsync();
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.ClickAsync("button:has-text('Delete this policy')");
        await page.Locator("h1:text-is('Policies')").WaitForAsync();
        await Assertions.Expect(page.Locator($"a.name:text-is('{name}')")).ToHaveCountAsync(0);
        open.Errors.ShouldBeEmpty();
    }

    /// <summary>Written, and left, so that no suggestion lies over what comes next.</summary>
    static async Task FillAsync(IPage page, string field, string text)
    {
        await page.FillAsync(field, text);
        await page.Locator(field).BlurAsync();
    }
}
