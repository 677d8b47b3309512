using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;

namespace Breeze.Browser.Tests;

/// <summary>The inbox by keyboard, an alert's page, and a rule from a mistake to a switch.</summary>
public sealed class AlertTests(Site site)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alerts_are_worked_through_by_keyboard_and_the_list_follows_what_others_do()
    {
        using var admin = await site.Server.SignInAsync(cancellationToken: Token);
        var organization = await admin.PostJsonAsync("/api/v1/organizations", new { name = $"Alerts {Guid.NewGuid():n}" }, 201);
        var place = (await admin.PostJsonAsync("/api/v1/sites", new { organization_id = organization.Id(), name = "Shop" }, 201)).Id();
        using var agent = await FakeAgent.EnrolAsync(site.Server.Url, admin, place, "alarming-1");
        for (var n = 1; n <= 3; n++)
        {
            await SeedAsync(agent.Id, $"Disk {n} is full <b>&");
        }
        await StoreAsync(agent.Id);
        await using var open = await site.OpenAsync();
        await open.GoAsync($"/alerts?site={place}");
        var page = open.Page;
        var rows = page.Locator("tr[data-row]");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        (await rows.First.Locator("a.name").InnerTextAsync()).ShouldBe("Disk 1 is full <b>&");

        // The second one, by its key alone.
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("a");
        await Assertions.Expect(rows.Nth(1)).ToContainTextAsync("Acknowledged");
        await Assertions.Expect(page.Locator("#toasts")).ToContainTextAsync("1 alert acknowledged.");

        // Somebody else resolves the first: it leaves by itself.
        await page.EvaluateAsync("window.loadedOnce = true");
        var first = (await rows.First.GetAttributeAsync("id"))!["alert-".Length..];
        await admin.PostJsonAsync($"/api/v1/alerts/{first}/resolve", new { });
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        (await page.EvaluateAsync<bool>("window.loadedOnce === true")).ShouldBeTrue();

        // All that are left, resolved at once.
        await page.Locator("input[data-select-all]").CheckAsync();
        await Assertions.Expect(page.Locator("[data-bulk-bar] [data-count]")).ToHaveTextAsync("2");
        await open.ScreenshotAsync("alerts-selected-light-1366");
        await page.Keyboard.PressAsync("r");
        await page.Locator(".empty h2:text-is('No alert matches')").WaitForAsync();

        await open.GoAsync($"/alerts/{first}");
        await page.FillAsync("#text", "Cleaned up.");
        await page.ClickAsync("button:has-text('Add')");
        await page.Locator(".timeline li:has-text('Cleaned up.')").WaitForAsync();
        (await page.Locator(".timeline li").CountAsync()).ShouldBe(2);
        // What it measured, with the line it drew; what the log said, beside it.
        await page.Locator("#alert-chart canvas").WaitForAsync();
        await page.Locator("td:has-text('out of paper')").WaitForAsync();
        await open.ScreenshotAsync("alert-light-1366");
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("alert-dark-390");

        // A rule that is not saved, on the same readings.
        await open.LookAsync("light", 1366);
        await open.GoAsync("/alerts/rules/new");
        await page.FillAsync("#condition", "cpu.percent > 90 for 5m");
        await page.SelectOptionAsync("#place", $"{organization.Id()}/{place}");
        await page.SelectOptionAsync("#backtest-days", "1");
        await page.ClickAsync("button:has-text('Try it on what was stored')");
        await page.Locator("#backtest:has-text('It would have fired once')").WaitForAsync();
        await page.Locator("#backtest canvas").WaitForAsync();
        (await page.Locator("#backtest tbody tr").InnerTextAsync()).ShouldContain("97 %");
        await open.ScreenshotAsync("backtest-light-1366");
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("backtest-dark-390");
        open.Errors.ShouldBeEmpty();
        await admin.PostJsonAsync($"/api/v1/organizations/{organization.Id()}/close", new { confirm = organization.Text("name") });
        await admin.DeleteAsync(new Uri($"/api/v1/organizations/{organization.Id()}", UriKind.Relative), Token);
    }

    [Fact]
    public async Task A_rule_is_mended_as_it_is_typed_made_changed_and_taken_back()
    {
        await using var open = await site.OpenAsync();
        var page = open.Page;
        await open.GoAsync("/alerts/rules/new");
        var name = $"Busy {Guid.NewGuid():n}";
        await page.FillAsync("#rule-name", name);
        await page.Locator("#condition").PressSequentiallyAsync("cpu.percnt > 99 for 15m");
        await page.Locator("#condition-check .notice:has-text('Did you mean')").WaitForAsync();
        await page.ClickAsync("[data-expression-fix]");
        await Assertions.Expect(page.Locator("#condition")).ToHaveValueAsync("cpu.percent > 99 for 15m");
        await Assertions.Expect(page.Locator("#condition-check .notice")).ToHaveCountAsync(0);
        await page.ClickAsync("button:has-text('Try it on what was stored')");
        await page.Locator("#backtest:has-text('It would')").WaitForAsync();
        await page.FillAsync("#target", "tags has \"no-such-tag\"");
        await page.ClickAsync("button:has-text('Make the rule')");
        await page.Locator($"h1:has-text('{name}')").WaitForAsync();

        await page.SelectOptionAsync("#severity", "critical");
        await page.ClickAsync("button:text-is('Save')");
        await page.Locator("button:has-text('Take up again')").ClickAsync();
        await Assertions.Expect(page.Locator("#severity")).ToHaveValueAsync("warning");

        await open.GoAsync("/alerts/rules");
        await page.ClickAsync($"button[aria-label='On. Switch {name} off']");
        await page.Locator($"button[aria-label='Off. Switch {name} on']").WaitForAsync();
        await page.ClickAsync($"a.name:has-text('{name}')");
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.ClickAsync("button:has-text('Remove this rule')");
        await page.Locator("h1:text-is('Alert rules')").WaitForAsync();
        await Assertions.Expect(page.Locator($"a.name:has-text('{name}')")).ToHaveCountAsync(0);
        open.Errors.ShouldBeEmpty();
    }

    /// <summary>Readings of three hours, a spike among them, and an entry of the log.</summary>
    Task<Guid> StoreAsync(Guid device) => ServerDatabase.ReadAsync<Guid>(
        site.Server,
        """
        WITH l AS (INSERT INTO metric_layouts (hash, names) VALUES (decode('00000000000000aa', 'hex'), ARRAY['system.cpu.utilization']) ON CONFLICT (hash) DO UPDATE SET hash = excluded.hash RETURNING id),
        r AS (INSERT INTO device_metrics (device_id, at, layout_id, metric_values)
            SELECT $1, now() - make_interval(mins => m), l.id, ARRAY[CASE WHEN m BETWEEN 20 AND 70 THEN 0.97 ELSE 0.2 + (m % 7) * 0.03 END]
            FROM l, generate_series(1, 180) AS m RETURNING 1)
        INSERT INTO device_log_entries (device_id, at, id, source, level, event_code, message)
        SELECT $1, now() - interval '5 minutes', gen_random_uuid(), 'kernel', 'error', NULL, 'lp0 is out of paper' FROM (SELECT count(*) FROM r) c RETURNING device_id
        """, device);

    Task<Guid> SeedAsync(Guid device, string title) => ServerDatabase.ReadAsync<Guid>(
        site.Server,
        """
        WITH d AS (SELECT id, partner_id, organization_id FROM devices WHERE id = $1),
        r AS (INSERT INTO alert_rules (id, partner_id, organization_id, name, severity, condition) SELECT gen_random_uuid(), partner_id, organization_id, gen_random_uuid()::text, 'error', 'cpu.percent > 1000' FROM d RETURNING id)
        INSERT INTO alerts (id, partner_id, organization_id, rule_id, device_id, severity, status, title, started_at, fired_at)
        SELECT breeze_uuid7(), d.partner_id, d.organization_id, r.id, d.id, 'error', 'firing', $2, now() - interval '2 hours', now() - make_interval(mins => substr($2, 6, 1)::integer) FROM d, r RETURNING id
        """, device, title);
}
