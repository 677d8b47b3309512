using System.Text.RegularExpressions;
namespace Breeze.Browser.Tests;

public sealed class TenancyTests(Site site)
{
    [Fact]
    public async Task An_organization_is_made_with_its_site_suspended_resumed_and_closed_by_its_typed_name()
    {
        await using var open = await site.OpenAsync();
        var page = open.Page;
        var name = $"Bakery {Guid.NewGuid():n}";
        await open.GoAsync("/organizations/new");
        await page.FillAsync("#name", name);
        await page.FillAsync("#site", "Shop");
        await page.FillAsync("#zone", "Europe/Berlin");
        await page.FillAsync("#limit", "50");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await page.ClickAsync("button:has-text('Create it')");
        await page.Locator($"h1:has-text('{name}')").WaitForAsync();
        await page.GetByText("0 of 50 devices").First.WaitForAsync();
        await page.Locator("a.name:has-text('Shop')").WaitForAsync();
        await open.ScreenshotAsync("organization-light-1366");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();

        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.ClickAsync("button:has-text('Suspend')");
        await page.Locator("button:has-text('Resume')").WaitForAsync();
        await page.Locator(".state:has-text('Suspended')").WaitForAsync();
        await page.ClickAsync("button:has-text('Resume')");
        await page.Locator("button:has-text('Suspend')").WaitForAsync();

        await page.FillAsync("#confirm", "something else");
        await page.ClickAsync("button:has-text('Close this organization')");
        await page.Locator("[role=alert]:has-text('to confirm')").WaitForAsync();
        await page.FillAsync("#confirm", name);
        await page.ClickAsync("button:has-text('Close this organization')");
        await page.Locator("button:has-text('Delete for good')").WaitForAsync();
        await page.ClickAsync("button:has-text('Delete for good')");
        await page.ToBeAtAsync("/organizations$");
    }

    [Fact]
    public async Task The_switcher_works_by_keys_and_its_choice_holds_on_every_page()
    {
        await using var open = await site.OpenAsync();
        var page = open.Page;
        var name = $"Empty {Guid.NewGuid():n}";
        await open.GoAsync("/organizations/new");
        await page.FillAsync("#name", name);
        await page.ClickAsync("button:has-text('Create it')");
        await page.Locator($"h1:has-text('{name}')").WaitForAsync();

        await open.GoAsync("/devices");
        await page.Locator("tr[data-row]").First.WaitForAsync();
        await page.ClickAsync("header details.menu summary");
        await page.FillAsync("[data-switcher]", name);
        await page.Locator($"#tenants [aria-selected=true]:has-text('{name}')").WaitForAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("text=No device here yet").WaitForAsync();
        await page.ToBeAtAsync(Regex.Escape("/devices?org="));
        var view = new Uri(page.Url).Query;
        foreach (var path in (string[])["/", "/groups", "/organizations", "/enrollment", "/audit", "/settings"])
        {
            await page.ClickAsync($"nav a[data-path='{path}']");
            await page.ToBeAtAsync(Regex.Escape(path + view) + "$");
            (await page.TextContentAsync(".tenant-label"))!.ShouldContain(name);
        }
        await open.GoAsync("/organizations" + view);
        (await page.Locator("section.card h2").CountAsync()).ShouldBe(1);
        await open.GoAsync("/groups" + view);
        await page.FillAsync("#name", "Tills");
        await page.ClickAsync("button:has-text('Make the group')");
        await page.Locator("h1:has-text('Tills')").WaitForAsync();
        page.Url.ShouldContain(view);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_organization_out_of_reach_is_said_to_be_so_and_shows_nothing()
    {
        await using var open = await site.OpenAsync();
        foreach (var path in (string[])[$"/devices?org={Guid.NewGuid()}", $"/?site={Guid.NewGuid()}", "/audit?org=nonsense"])
        {
            (await open.GoAsync(path))!.Status.ShouldBe(404);
            (await open.Page.TextContentAsync("h1")).ShouldBe("Not found in your reach");
            (await open.Page.GetAttributeAsync("nav a[data-path='/devices']", "href")).ShouldBe("/devices");
        }
    }
}
