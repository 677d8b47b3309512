using System.Globalization;
using Breeze.Integration.Tests.Support;

namespace Breeze.Browser.Tests;

/// <summary>A window from its form to the device that it keeps quiet.</summary>
public sealed class MaintenanceTests(Site site)
{
    [Fact]
    public async Task A_window_says_whom_it_will_keep_quiet_is_planned_and_shows_on_the_device()
    {
        using var admin = await site.Server.SignInAsync(cancellationToken: TestContext.Current.CancellationToken);
        var organization = await admin.PostJsonAsync("/api/v1/organizations", new { name = $"Quiet {Guid.NewGuid():n}" }, 201);
        var place = (await admin.PostJsonAsync("/api/v1/sites", new { organization_id = organization.Id(), name = "Shop" }, 201)).Id();
        using var agent = await FakeAgent.EnrolAsync(site.Server.Url, admin, place, "quiet-1");
        await agent.HeartbeatAsync();
        await using var open = await site.OpenAsync();
        var page = open.Page;
        var name = $"Patch {Guid.NewGuid():n}"[..12];
        string Clock(int hours) => DateTime.UtcNow.AddHours(hours).ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture);
        await open.GoAsync("/maintenance/new");
        await page.FillAsync("#name", name);
        await page.SelectOptionAsync("#place", $"{organization.Id()}");
        await page.FillAsync("#zone", "UTC");
        await page.FillAsync("#target", "hostname = \"quiet-1\"");
        // It ends before it begins, which is said and not saved.
        await page.FillAsync("#from", Clock(2));
        await page.FillAsync("#until", Clock(-1));
        await page.ClickAsync("button:text-is('Plan it')");
        await page.Locator("[role=alert]").WaitForAsync();
        (await page.InputValueAsync("#name")).ShouldBe(name);
        await page.FillAsync("#from", Clock(-1));
        await page.FillAsync("#until", Clock(2));
        await page.Locator("#until").BlurAsync();
        await Assertions.Expect(page.Locator(".window-preview")).ToContainTextAsync("1 device is in it as things are.");
        await open.ScreenshotAsync("window-light-1366");
        await page.ClickAsync("button:text-is('Plan it')");
        var row = page.Locator($"tr[data-row]:has-text('{name}')");
        await Assertions.Expect(row).ToContainTextAsync("Lasts");
        await page.Locator($".month-entry:has-text('{name}')").First.WaitForAsync();

        await Http.UntilAsync(async () =>
        {
            await open.GoAsync($"/devices/{agent.Id}");
            return await page.Locator($".notice-hold:has-text('{name}')").IsVisibleAsync();
        });
        await Assertions.Expect(page.Locator(".notice-hold")).ToContainTextAsync("nobody is told of them");
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync(".notice-hold")).ShouldBeEmpty();
        await open.ScreenshotAsync("device-in-window-dark-390");
        await open.LookAsync("light", 1366);

        await page.ClickAsync($".notice-hold a:text-is('{name}')");
        await page.Locator($"h1:text-is('{name}')").WaitForAsync();
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.ClickAsync("button:has-text('Remove this window')");
        await page.Locator("h1:text-is('Maintenance')").WaitForAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        // The first form was refused, which the browser notes as well.
        open.Errors.ShouldHaveSingleItem().ShouldContain("422");
        await admin.PostJsonAsync($"/api/v1/organizations/{organization.Id()}/close", new { confirm = organization.Text("name") });
    }
}
