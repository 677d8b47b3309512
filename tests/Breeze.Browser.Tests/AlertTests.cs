using System.Text.Json;
using Breeze.Core.Identity;
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
        await CompleteAsync(open);
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

    [Fact]
    public async Task A_rule_with_a_script_is_made_after_a_confirmation_and_shows_that_it_has_one()
    {
        await using var person = await SignInPerson.AddAsync(site);
        await ServerDatabase.ReadAsync<Guid>(site.Server, "UPDATE partner_users SET role_id = $2 WHERE user_id = $1 RETURNING user_id", person.User.Id, BuiltInRoles.PartnerAdmin);
        await person.EnterPasswordAsync();
        var (open, page) = (person.Open, person.Page);
        var name = $"Heals {Guid.NewGuid():n}";
        await open.GoAsync("/alerts/rules/new");
        await Assertions.Expect(page.Locator("#script-text")).ToBeHiddenAsync();
        await page.FillAsync("#rule-name", name);
        await page.FillAsync("#condition", "cpu.percent > 99");
        await page.FillAsync("#target", "tags has \"no-such-tag\"");
        await page.CheckAsync("input[name='Input.RunsScript'][value=true]");
        await page.SelectOptionAsync("#script-runtime", "bash");
        await page.SelectOptionAsync("#script-when", "before");
        await page.FillAsync("#script-often", "13");
        await page.EvaluateAsync("document.querySelector('#script-often').removeAttribute('max')");
        await page.FillAsync("#script-text", "if true; then\n    echo well\nfi");
        await page.ClickAsync("button:has-text('Make the rule')");
        await page.Locator("#then-run .field-error:has-text('between 1 and 12')").WaitForAsync();
        open.Errors.ShouldHaveSingleItem().ShouldContain("422");
        await page.FillAsync("#script-often", "2");
        await open.ScreenshotAsync("rule-script-light-1366");
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("rule-script-dark-390");
        await open.LookAsync("light", 1366);

        await person.AgeAsync();
        await page.ClickAsync("button:has-text('Make the rule')");
        await page.Locator("dialog#step-up[open] #confirm-password").FillAsync(SignInPerson.Password);
        await page.ClickAsync("dialog#step-up button:has-text('Confirm')");
        await page.Locator($"h1:has-text('{name}')").WaitForAsync();
        await Assertions.Expect(page.Locator("#script-text")).ToHaveValueAsync("if true; then\n    echo well\nfi");
        await Assertions.Expect(page.Locator("#script-when")).ToHaveValueAsync("before");
        await Assertions.Expect(page.Locator(".page-head .chip")).ToContainTextAsync("Bash script");
        await open.GoAsync("/alerts/rules");
        await page.Locator($"tr:has-text('{name}') .chip:has-text('script')").WaitForAsync();

        // What became of it stands on the alert's page.
        await open.GoAsync($"/alerts/{await SeedHealedAsync(name)}");
        await page.Locator(".timeline li:has-text('Healed')").WaitForAsync();
        await page.Locator(".timeline li:has-text('Exit code 0.') a:text-is('What it said')").WaitForAsync();
        await page.Locator("tr:has(a:has-text('echo well')) td:text-is('The rule')").WaitForAsync();
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("alert-healed-light-1366");
        await open.GoAsync("/alerts/rules");

        // Somebody who may write rules and run nothing sees it, and can only take it away.
        var partner = await ServerDatabase.ReadAsync<Guid>(site.Server, "SELECT partner_id FROM partner_users WHERE user_id = $1", person.User.Id);
        await ServerDatabase.ReadAsync<Guid>(
            site.Server,
            """
            WITH made AS (INSERT INTO roles (id, partner_id, name, scope, permissions) VALUES (gen_random_uuid(), $2, $1::text, 'partner', '{alerts:read,alert_rules:write,devices:read}') RETURNING id)
            UPDATE partner_users SET role_id = made.id FROM made WHERE user_id = $1 RETURNING user_id
            """, person.User.Id, partner);
        await page.ClickAsync($"a.name:has-text('{name}')");
        await page.Locator(".script-shown:has-text('echo well')").WaitForAsync();
        await open.ScreenshotAsync("rule-script-read-only-light-1366");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await page.FillAsync("#target", "tags has \"another-tag\"");
        await page.ClickAsync("button:text-is('Save')");
        await page.Locator("#then-run .field-error:has-text('scripts:run')").WaitForAsync();
        await page.CheckAsync("input[name='Input.DropsScript']");
        await page.ClickAsync("button:text-is('Save')");
        await Assertions.Expect(page.Locator(".page-head .chip")).ToHaveCountAsync(0);
    }

    /// <summary>A function and what stands in its brackets, by the keyboard.</summary>
    static async Task CompleteAsync(OpenPage open)
    {
        var condition = open.Page.Locator("#condition");
        await condition.PressAsync("End");
        await condition.PressSequentiallyAsync(" and fore");
        var forecast = open.Page.Locator(".suggestions [role=option]:has-text('forecast')");
        await Assertions.Expect(forecast).ToContainTextAsync("what it will be then");
        await condition.PressAsync("Tab");
        await Assertions.Expect(condition).ToHaveValueAsync("cpu.percent > 99 for 15m and forecast(");
        await condition.PressSequentiallyAsync("disk.u");
        await open.Page.Locator(".suggestions [role=option]:has-text('disk.used_percent')").WaitForAsync();
        await condition.PressAsync("Tab");
        await condition.PressSequentiallyAsync("> 98");
        await Assertions.Expect(condition).ToHaveValueAsync("cpu.percent > 99 for 15m and forecast(disk.used_percent, 4d) > 98");
        await condition.BlurAsync();
    }

    /// <summary>An alert of the rule on the site's own device, which its script has ended.</summary>
    Task<Guid> SeedHealedAsync(string rule) => ServerDatabase.ReadAsync<Guid>(
        site.Server,
        """
        WITH r AS (SELECT id, partner_id FROM alert_rules WHERE name = $1), d AS (SELECT id, organization_id FROM devices WHERE id = $2),
        c AS (INSERT INTO device_commands (id, partner_id, organization_id, device_id, type, payload, status, timeout_seconds, expires_at, queued_at, finished_at)
            SELECT breeze_uuid7(), r.partner_id, d.organization_id, d.id, 'script', '{"runtime": "bash", "content": "echo well"}', 'completed', 60, now(), now(), now() FROM r, d RETURNING id),
        a AS (INSERT INTO alerts (id, partner_id, organization_id, rule_id, device_id, severity, status, title, started_at, fired_at, resolved_at, resolution)
            SELECT breeze_uuid7(), r.partner_id, d.organization_id, r.id, d.id, 'warning', 'resolved', 'It was busy', now(), now(), now(), 'recovered' FROM r, d RETURNING id, partner_id, rule_id, device_id),
        e AS (INSERT INTO alert_events (id, alert_id, partner_id, kind, at, text, detail, routed_at)
            SELECT breeze_uuid7(), a.id, a.partner_id, v.kind, now(), v.text, CASE WHEN v.kind LIKE 'script%' THEN jsonb_build_object('command_id', c.id) ELSE '{}' END, now()
            FROM a, c, (VALUES ('firing', ''), ('script_started', 'bash, for 60 s at most.'), ('script_ended', 'Exit code 0.'), ('healed', 'Nobody is told.')) AS v (kind, text) RETURNING id, kind),
        x AS (INSERT INTO alert_actions (id, partner_id, alert_id, event_id, rule_id, device_id, is_before, state, rule_version, command_id, exit_code, created_at, queued_at, ended_at)
            SELECT e.id, a.partner_id, a.id, e.id, a.rule_id, a.device_id, true, 'succeeded', 1, c.id, 0, now(), now(), now() FROM a, c, e WHERE e.kind = 'firing')
        SELECT id FROM a
        """, rule, Guid.Parse(site.DevicePath.Split('/')[^1]));

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
