using Breeze.Integration.Tests.Support;
using Breeze.Testing;

namespace Breeze.Browser.Tests;

/// <summary>A schedule and a policy by their forms, and the bell that says so.</summary>
public sealed class OnCallTests(Site site)
{
    [Fact]
    public async Task A_schedule_is_made_taken_over_and_asked_by_a_policy_and_the_bell_tells_of_it()
    {
        var name = $"Nights {Guid.NewGuid():n}"[..14];
        await using var open = await site.OpenAsync();
        var page = open.Page;
        await open.GoAsync("/on-call/00000000-0000-0000-0000-000000000000/edit");
        await page.FillAsync("#name", name);
        await page.FillAsync("#zone", "Europe/Berlin");
        await page.ClickAsync("button:has-text('Hours')");
        await page.FillAsync("#layer-0-hours-0-from", "03:00");
        await page.FillAsync("#layer-0-hours-0-to", "02:00");
        await page.ClickAsync(".form-foot button:text-is('Save')");
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("Layer 1: Name the people");
        await page.Locator("select[name='Input.Layers[0].Users[0]']").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await page.ClickAsync(".form-foot button:text-is('Save')");
        await page.Locator($"h1:text-is('{name}')").WaitForAsync();
        await Assertions.Expect(page.Locator(".calendar-day .is-gap").First).ToContainTextAsync("Nobody");
        await Assertions.Expect(page.Locator(".notice-warn")).ToContainTextAsync("gaps in what is shown");
        await page.ClickAsync("a:text-is('Week')");
        await Assertions.Expect(page.Locator(".calendar-day")).ToHaveCountAsync(7);
        await page.ClickAsync("summary:has-text('Take over')");
        await page.ClickAsync("button:has-text('For 4 hours')");
        await Assertions.Expect(page.Locator("table:has(caption:text-is('Overrides')) tbody tr")).ToHaveCountAsync(1);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("schedule-light-1366");
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");
        await open.ScreenshotAsync("schedule-dark-390");
        await open.LookAsync("light", 1366);

        await open.GoAsync("/escalation/00000000-0000-0000-0000-000000000000");
        await page.FillAsync("#name", name);
        await page.Locator($"label:has-text('{name}') input").CheckAsync();
        await page.ClickAsync("button:has-text('Step')");
        await page.Locator("#step-1-after").WaitForAsync();
        (await page.Locator($"section:has(#step-0) label:has-text('{name}') input").IsCheckedAsync()).ShouldBeTrue();
        await page.Locator("section:has(#step-1) fieldset:has-text('People') input").First.CheckAsync();
        await page.ClickAsync(".form-foot button:text-is('Save')");
        await Assertions.Expect(page.Locator(".steps-picture > li")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator(".steps-picture > li").First).ToContainTextAsync("has no contact method");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("policy-light-1366");
        // An alert that nobody has answered says who comes next.
        var alert = await SeedAsync(name);
        await open.GoAsync($"/alerts/{alert}");
        await Assertions.Expect(page.Locator(".next-step")).ToContainTextAsync($"{name}, step 2 of 2, in 3 min:");
        await Assertions.Expect(page.Locator("nav a[aria-current=page]")).ToHaveTextAsync("Alerts");
        await page.Locator(".next-step a").ClickAsync();
        await page.Locator($"h1:text-is('{name}')").WaitForAsync();
        await Assertions.Expect(page.Locator("nav a.nav-entry[aria-current=page]")).ToHaveTextAsync("On call");
        // The first form was refused, which the browser notes as well.
        open.Errors.ShouldHaveSingleItem().ShouldContain("422");
    }

    Task<Guid> SeedAsync(string policy) => ServerDatabase.ReadAsync<Guid>(
        site.Server,
        """
        WITH p AS (SELECT id, partner_id FROM escalation_policies WHERE name = $1),
        a AS (INSERT INTO alerts (id, partner_id, source, fingerprint, severity, status, title, started_at, fired_at)
            SELECT breeze_uuid7(), partner_id, 'alertmanager', gen_random_uuid()::text, 'info', 'firing', 'Nobody answers', now(), now() FROM p RETURNING id)
        INSERT INTO alert_escalations (id, partner_id, alert_id, policy_id, step, due_at, started_at)
        SELECT gen_random_uuid(), p.partner_id, a.id, p.id, 1, now() + interval '235 seconds', now() FROM p, a RETURNING alert_id
        """, policy);
}
