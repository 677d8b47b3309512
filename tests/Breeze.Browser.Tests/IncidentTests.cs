using Breeze.Integration.Tests.Support;

namespace Breeze.Browser.Tests;

/// <summary>Many alerts as one line of the inbox.</summary>
public sealed class IncidentTests(Site site)
{
    [Fact]
    public async Task An_incident_is_one_line_that_opens_to_its_alerts_and_is_acknowledged_as_a_whole()
    {
        using var admin = await site.Server.SignInAsync(cancellationToken: TestContext.Current.CancellationToken);
        var organization = await admin.PostJsonAsync("/api/v1/organizations", new { name = $"Storms {Guid.NewGuid():n}" }, 201);
        var place = (await admin.PostJsonAsync("/api/v1/sites", new { organization_id = organization.Id(), name = "Shop" }, 201)).Id();
        using var one = await FakeAgent.EnrolAsync(site.Server.Url, admin, place, "storm-1");
        using var two = await FakeAgent.EnrolAsync(site.Server.Url, admin, place, "storm-2");
        var title = $"Link is down {Guid.NewGuid():n}"[..20];
        var incident = Guid.CreateVersion7();
        await SeedAsync(incident, title, one.Id, two.Id);
        await using var open = await site.OpenAsync();
        var page = open.Page;
        await open.GoAsync($"/alerts?organization={organization.Id()}");
        var line = page.Locator($"#incident-{incident}");
        // The devices may have alerts of their own meanwhile.
        var rows = page.Locator($"tr[data-row]:has-text('{title}')");
        await Assertions.Expect(line).ToContainTextAsync($"2 devices: {title}");
        await Assertions.Expect(line).ToContainTextAsync("30 of 30 alerts open");
        await Assertions.Expect(rows).ToHaveCountAsync(0);
        await open.ScreenshotAsync("incident-light-1366");

        await line.Locator("a.name").ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(30);
        await page.ClickAsync("button:has-text('Acknowledge all')");
        await Assertions.Expect(page.Locator("#toasts")).ToContainTextAsync("30 alerts acknowledged.");
        await Assertions.Expect(page.Locator("tr[data-row]:has-text('Acknowledged')")).ToHaveCountAsync(30);
        await open.LookAsync("dark", 390);
        await page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");
        await open.ScreenshotAsync("incident-dark-390");
        await open.LookAsync("light", 1366);
        await page.ClickAsync("button:has-text('Resolve all')");
        await Assertions.Expect(line).ToContainTextAsync("30 alerts, all resolved");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        (await ServerDatabase.ReadAsync<string>(site.Server, "SELECT string_agg(action, ',' ORDER BY id) FROM audit_logs WHERE target_id = $1", incident.ToString())).ShouldBe("incident.acknowledged,incident.resolved");
        open.Errors.ShouldBeEmpty();
        await admin.PostJsonAsync($"/api/v1/organizations/{organization.Id()}/close", new { confirm = organization.Text("name") });
    }

    Task<long> SeedAsync(Guid incident, string title, params Guid[] devices) => ServerDatabase.ReadAsync<long>(
        site.Server,
        """
        WITH d AS (SELECT id, partner_id, organization_id, row_number() OVER () - 1 AS place FROM devices WHERE id = ANY ($3)),
        i AS (INSERT INTO incidents (id, partner_id, organization_id, title, severity, started_at, gathers_until) SELECT $1, partner_id, organization_id, $2, 'error', now(), now() FROM d WHERE place = 0 RETURNING id),
        made AS (
            INSERT INTO alerts (id, partner_id, organization_id, device_id, source, fingerprint, severity, status, title, started_at, fired_at, incident_id, suppressed_by)
            SELECT breeze_uuid7(), d.partner_id, d.organization_id, d.id, 'alertmanager', $1::text || n, 'error', 'firing', $2 || ' ' || n, now(), now(), i.id, 'storm'
            FROM i, generate_series(1, 30) AS n JOIN d ON d.place = n % 2 RETURNING 1)
        SELECT count(*) FROM made
        """, incident, title, devices);
}
