namespace Breeze.Browser.Tests;

/// <summary>Groups whose members an expression finds.</summary>
public sealed class GroupTests(Site site)
{
    [Fact]
    public async Task A_groups_expression_is_completed_explained_and_shows_whom_it_finds_before_it_is_kept()
    {
        await using var open = await site.OpenAsync();
        var page = open.Page;
        var name = $"Linux {Guid.NewGuid():n}"[..16];
        await open.GoAsync("/groups");
        var field = page.Locator("#expression");
        await field.PressSequentiallyAsync("os.fam");
        await page.Locator(".suggestions li:first-child:has-text('os.family')").WaitForAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("groups-completion-light-1366-window");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(field).ToHaveValueAsync("os.family ");
        await page.Locator(".suggestions li:has-text('=')").First.WaitForAsync();
        await page.Keyboard.PressAsync("Escape");

        // What is wrong stands below at once, with its place and what may have been meant.
        await field.FillAsync("os.familiy = \"linux\"");
        await page.Locator("#preview mark:text-is('os.familiy')").WaitForAsync();
        (await page.InnerTextAsync("#preview")).ShouldContain("at character 1");
        await Assertions.Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await open.ScreenshotAsync("groups-problem-light-1366-window");
        await page.ClickAsync("#preview button:has-text('os.family')");
        await Assertions.Expect(field).ToHaveValueAsync("os.family = \"linux\"");

        // Whom it finds, by name.
        await page.Locator("#preview .preview-list .state").First.WaitForAsync();
        (await page.InnerTextAsync("#preview")).ShouldContain("now:");
        await Assertions.Expect(field).Not.ToHaveAttributeAsync("aria-invalid", "true");
        await field.BlurAsync();
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("groups-preview-dark-390");
        await open.LookAsync("light", 1366);

        // What cannot be kept keeps what was typed.
        await page.FillAsync("#name", name);
        await field.FillAsync("os.family =");
        await page.Locator("#preview [data-filter-problem]").WaitForAsync();
        await field.BlurAsync();
        await page.ClickAsync("button:has-text('Make the group')");
        await page.Locator("[role=alert]").First.WaitForAsync();
        (await page.InputValueAsync("#expression")).ShouldBe("os.family =");
        await field.FillAsync("hostname = \"no-such-device\"");
        await page.Locator("#preview:has-text('Matches no device now')").WaitForAsync();
        await field.BlurAsync();
        await page.ClickAsync("button:has-text('Make the group')");
        await page.ToBeAtAsync("/groups/[^/]+$");

        // On its own page as well, and empty it says what to do.
        await page.Locator(".empty:has-text('The expression finds no device') a:has-text('Change the expression')").WaitForAsync();
        await open.ScreenshotAsync("group-empty-light-1366");
        await page.FillAsync("#expression", "os.family = \"linux\" and sttus = \"online\"");
        await page.ClickAsync("#preview button:has-text('status')");
        await page.Locator("#preview .preview-list .state").First.WaitForAsync();
        await page.Locator("#expression").BlurAsync();
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.ClickAsync("button:has-text('Remove this group')");
        await page.ToBeAtAsync("/groups$");
    }
}
