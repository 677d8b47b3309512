using System.Text.RegularExpressions;

namespace Breeze.Browser.Tests;

/// <summary>The device list: its filter, columns, views and order.</summary>
public sealed class ListTests(Site site)
{
    [Fact]
    public async Task An_expression_is_completed_by_keys()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/devices");
        var field = open.Page.Locator("[data-expression]");
        await field.PressSequentiallyAsync("os.fam");
        await open.Page.Locator(".suggestions li:first-child:has-text('os.family')").WaitForAsync();
        (await field.GetAttributeAsync("aria-expanded")).ShouldBe("true");
        await open.Page.Keyboard.PressAsync("ArrowDown");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("devices-completion-light-1366-window");
        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(field).ToHaveValueAsync("os.family ");
        await open.Page.Locator(".suggestions li:has-text('=')").First.WaitForAsync();
        await open.Page.Keyboard.PressAsync("Escape");
        (await open.Page.Locator(".suggestions").IsVisibleAsync()).ShouldBeFalse();
        await field.PressSequentiallyAsync("= lin");
        await open.Page.Locator(".suggestions li:has-text('linux')").WaitForAsync();
        await open.Page.Keyboard.PressAsync("Tab");
        (await field.InputValueAsync()).Trim().ShouldBe("os.family = \"linux\"");
        await open.Page.Locator(".chips .chip:has-text('os.family')").WaitForAsync();
        open.Page.Url.ShouldContain("os.family");
    }

    [Fact]
    public async Task A_suggestion_replaces_what_was_typed_after_it_was_made()
    {
        await using var open = await site.OpenAsync();
        // The first answer comes, later ones do not: as on a slow line.
        var answers = 0;
        await open.Page.RouteAsync(new System.Text.RegularExpressions.Regex("handler=Complete"), route => Interlocked.Increment(ref answers) == 1 ? route.ContinueAsync() : route.AbortAsync());
        await open.GoAsync("/devices");
        var field = open.Page.Locator("[data-expression]");
        await field.FillAsync("os.family = l");
        await open.Page.Locator(".suggestions li:has-text('linux')").WaitForAsync();
        await field.PressSequentiallyAsync("in");
        await open.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(field).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^os\\.family = \"linux\" ?$"));
    }

    [Fact]
    public async Task An_expression_that_is_none_keeps_the_list_and_offers_what_was_meant()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/devices");
        await open.Page.FillAsync("[data-expression]", "os.familiy = linux");
        await open.Page.Locator("[data-expression]").BlurAsync();
        await open.Page.Locator("[data-filter-problem] mark:has-text('os.familiy')").WaitForAsync();
        (await open.Page.Locator("tr[data-row]").CountAsync()).ShouldBeGreaterThan(0);
        (await open.Page.GetAttributeAsync("[data-expression]", "aria-invalid")).ShouldBe("true");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("devices-invalid-light-1366-window");
        await open.Page.ClickAsync("[data-filter-problem] a:has-text('os.family')");
        await open.Page.Locator(".chips .chip:has-text('os.family = linux')").WaitForAsync();
        (await open.Page.Locator("tr[data-row]").CountAsync()).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Chosen_columns_are_there_after_a_reload_and_go_back()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/devices");
        await open.Page.ClickAsync("button:has-text('Columns')");
        await open.Page.CheckAsync("#columns input[value=serial]");
        await open.Page.UncheckAsync("#columns input[value=disk]");
        await open.Page.ClickAsync("#columns [aria-label='Move Site up']");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("devices-columns-light-1366-window");
        await open.Page.ClickAsync("#columns button:has-text('Show these columns')");
        var serial = open.Page.Locator("th:has-text('Serial number')");
        await serial.WaitForAsync();
        await open.GoAsync("/devices");
        (await serial.IsVisibleAsync()).ShouldBeTrue();
        (await open.Page.Locator("th:has-text('Disk')").CountAsync()).ShouldBe(0);
        await open.Page.ClickAsync("button:has-text('Columns')");
        await open.Page.ClickAsync("#columns button:has-text('Back to the usual ones')");
        await open.Page.Locator("th:has-text('Disk')").WaitForAsync();
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_view_is_saved_found_in_the_menu_and_deleted()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/devices?status=online&sort=-seen");
        var name = $"Online {Guid.NewGuid():n}"[..16];
        await open.Page.ClickAsync("#views-menu summary");
        await open.Page.ClickAsync("text=Save as a new view");
        await open.Page.FillAsync("#view-save-name", name);
        await open.Page.CheckAsync("#view-save input[name=share]");
        await open.ScreenshotAsync("devices-view-save-light-1366-window");
        await open.Page.ClickAsync("button:has-text('Save the view')");
        await open.Page.ToBeAtAsync("view=");
        (await open.Page.InputValueAsync("[data-expression]")).ShouldBe("status = \"online\"");
        await open.Page.Locator("th[aria-sort=descending]:has-text('Last seen')").WaitForAsync();
        await open.Page.ClickAsync("#views-menu summary");
        await open.ScreenshotAsync("devices-views-light-1366-window");
        (await open.Page.Locator($"#views-menu a[aria-current=true]:has-text('{name}')").CountAsync()).ShouldBe(1);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.Page.ClickAsync("#views-menu button:has-text('Delete')");
        await open.Page.ClickAsync("#view-delete button:has-text('Delete the view')");
        await open.Page.ToBeAtAsync("/devices$");
        (await open.Page.Locator($"#views-menu a:has-text('{name}')").CountAsync()).ShouldBe(0);
        open.Errors.ShouldBeEmpty();
    }
}
