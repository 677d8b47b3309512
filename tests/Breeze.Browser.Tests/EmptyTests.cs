using Breeze.Integration.Tests.Support;
using Breeze.Testing;

namespace Breeze.Browser.Tests;

/// <summary>Where there is nothing yet, a page says what would be there and what to do.</summary>
public sealed class EmptyTests(Site site)
{
    [Fact]
    public async Task What_is_empty_says_so_and_leads_on()
    {
        using var admin = await site.Server.SignInAsync(cancellationToken: TestContext.Current.CancellationToken);
        var organization = await admin.PostJsonAsync("/api/v1/organizations", new { name = $"Bare {Guid.NewGuid():n}" }, 201);
        var (place, vacant) = (await SiteAsync("Shop"), await SiteAsync("Attic"));
        var group = (await admin.PostJsonAsync("/api/v1/groups", new { name = $"bare {Guid.NewGuid():n}", organization_id = organization.Id() }, 201)).Id();
        using var agent = await FakeAgent.EnrolAsync(site.Server.Url, admin, place, "bare-1");
        var device = $"/devices/{agent.Id}";
        await using var open = await site.OpenAsync();
        foreach (var (path, heading, next) in new[]
        {
            ($"/devices?site={vacant}", "No device here yet", "Make an enrolment key"),
            ("/devices?q=no-such-device", "No device matches", "Show all devices"),
            ($"/groups/{group}", "No device in this group", "Go to the devices"),
            ($"{device}/hardware", "No hardware inventory yet", "See the plugins"),
            ($"{device}/network", "No network inventory yet", "See the plugins"),
            ($"{device}/software", "No software inventory yet", "See the plugins"),
            ($"{device}/services", "No services yet", "See the plugins"),
            ($"{device}/updates", "Nothing is known of updates yet", "See the plugins"),
            ($"{device}/events", "No events yet", "See the plugins"),
            ($"{device}/activity", "Nothing has changed yet", "See what is installed"),
            ($"{device}/commands", "No command yet", "Run a script"),
            ($"{device}/scripts", "No script runtime on this device", "See the plugins"),
        })
        {
            await open.GoAsync(path);
            var empty = open.Page.Locator($"main .empty:has(h2:text-is('{heading}'))");
            await empty.WaitForAsync();
            (await empty.Locator($"a:has-text('{next}')").GetAttributeAsync("href")).ShouldNotBeNullOrEmpty(path);
            (await empty.Locator("p").First.InnerTextAsync()).Length.ShouldBeGreaterThan(20, path);
        }

        // Sent, and nothing in it: that is an answer, too.
        using (var sent = await agent.Client.PutAsync(new Uri($"/api/v1/agents/{agent.Id}/inventory/event-log", UriKind.Relative), new StringContent("""{"entries": []}""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken))
        {
            sent.EnsureSuccessStatusCode();
        }
        await open.LookAsync("dark", 390);
        await open.GoAsync($"{device}/events");
        await open.Page.Locator(".empty h2:text-is('No errors and no warnings')").WaitForAsync();
        await open.ScreenshotAsync("device-events-none-dark-390");
        await open.LookAsync("light", 1366);
        await open.GoAsync($"/devices?site={vacant}");
        await open.ScreenshotAsync("devices-site-empty-light-1366");
        await admin.PostJsonAsync($"/api/v1/organizations/{organization.Id()}/close", new { confirm = organization.Text("name") });
        await admin.DeleteAsync(new Uri($"/api/v1/organizations/{organization.Id()}", UriKind.Relative), TestContext.Current.CancellationToken);

        async Task<Guid> SiteAsync(string name) => (await admin.PostJsonAsync("/api/v1/sites", new { organization_id = organization.Id(), name }, 201)).Id();
    }
}
