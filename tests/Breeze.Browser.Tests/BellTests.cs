using Breeze.Integration.Tests.Support;

namespace Breeze.Browser.Tests;

/// <summary>Messages of the browser itself. Headless Chromium refuses those to everybody, so what it would show is written down instead.</summary>
public sealed class BellTests(Site site)
{
    const string Written =
        """
        window.Notification = class {
          static get permission() { return localStorage.getItem("test.allowed") ?? "default"; }
          static async requestPermission() { localStorage.setItem("test.allowed", "granted"); return "granted"; }
          constructor(title, options) { localStorage.setItem("test.told", `${localStorage.getItem("test.told") ?? ""}${title} (${options.body});`); }
        };
        """;

    [Fact]
    public async Task Who_allows_it_hears_from_the_browser_of_what_comes_to_their_bell_and_once()
    {
        await using var person = await SignInPerson.AddAsync(site);
        await person.EnterPasswordAsync();
        var (open, page) = (person.Open, person.Page);
        await page.AddInitScriptAsync(Written);
        await open.GoAsync("/account/notifications");
        await Assertions.Expect(page.Locator("[data-bell-state]")).ToHaveTextAsync("They are off.");
        await page.ClickAsync("[data-bell-allow]");
        await Assertions.Expect(page.Locator("[data-bell-state]")).ToHaveTextAsync("They are on.");

        var title = $"You are on call {Guid.NewGuid():n}";
        await ServerDatabase.ReadAsync<Guid>(
            site.Server,
            """
            INSERT INTO bell_notices (id, partner_id, user_id, severity, title, path, at) SELECT breeze_uuid7(), partner_id, user_id, 'error', $2, '/on-call', now()
            FROM partner_users WHERE user_id = $1 RETURNING id
            """, person.User.Id, title);
        await open.GoAsync("/account/notifications");
        await page.WaitForFunctionAsync("title => localStorage.getItem('test.told') === `${title} (error);`", title);
        await open.GoAsync("/account/notifications");
        await page.Locator($"[data-bell-item]:has-text('{title}')").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        (await page.EvaluateAsync<string>("localStorage.getItem('test.told')")).ShouldBe($"{title} (error);");

        await page.ClickAsync("[data-bell-stop]");
        await Assertions.Expect(page.Locator("[data-bell-state]")).ToHaveTextAsync("They are off.");
        open.Errors.ShouldBeEmpty();
    }
}
