using Breeze.Testing;

namespace Breeze.Browser.Tests;

public sealed class SetupTests(Site site)
{
    [Fact]
    public async Task The_one_time_link_sets_Breeze_up_and_then_leads_nowhere()
    {
        await using var server = await ServerProcess.StartAsync(new() { CreateAdministrator = false, LocalAgent = false }, TestContext.Current.CancellationToken);
        var link = server.SetupLink.ShouldNotBeNull();
        await using var open = await site.OpenAsync(signedIn: false, url: server.Url.ToString());
        await open.GoAsync(link);
        await open.ScreenshotAsync("setup-light-1366");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();

        await open.Page.FillAsync("#name", "Ada Example");
        await open.Page.FillAsync("#email", "ada@example.com");
        await open.Page.FillAsync("#password", "a few unrelated words");
        await open.Page.FillAsync("#partner", "Example MSP");
        await open.Page.FillAsync("#organization", "Customer");
        await open.Page.FillAsync("#site", "Head office");
        await open.Page.ClickAsync("button:has-text('Set up Breeze')");
        await open.Page.ToBeAtAsync("/devices$");
        await open.Page.Locator("text=No device yet").WaitForAsync();
        await open.ScreenshotAsync("devices-empty-light-1366");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.GoAsync("/");
        await open.ScreenshotAsync("dashboard-empty-light-1366");
        open.Errors.ShouldBeEmpty();

        (await open.GoAsync(link))!.Status.ShouldBe(404);
    }
}
