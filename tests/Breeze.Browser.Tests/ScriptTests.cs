using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;

namespace Breeze.Browser.Tests;

/// <summary>A stored script from its first line to the alert that its exit code is.</summary>
public sealed class ScriptTests(Site site)
{
    [Fact]
    public async Task A_script_is_kept_run_from_its_page_and_watched_by_a_rule()
    {
        await using var person = await SignInPerson.AddAsync(site);
        await ServerDatabase.ReadAsync<Guid>(site.Server, "UPDATE partner_users SET role_id = $2 WHERE user_id = $1 RETURNING user_id", person.User.Id, BuiltInRoles.PartnerAdmin);
        await person.EnterPasswordAsync();
        var (open, page) = (person.Open, person.Page);
        var name = $"check-{Guid.NewGuid():n}";
        await WriteAsync(person, name);
        await RunAsync(open, name);
        await RunOnDeviceAsync(open, name);
        await WatchAsync(open, name);

        await open.GoAsync("/scripts");
        await page.FillAsync("[data-page-search]", name[..12]);
        await page.ToBeAtAsync($"q={name[..12]}");
        await Assertions.Expect(page.Locator("#script-list tr[data-row]")).ToHaveCountAsync(1);
        await open.GoAsync($"/scripts?q={name[..12]}");
        await page.ClickAsync($"a.name:text-is('{name}')");
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.ClickAsync("button:has-text('Delete this script')");
        await page.Locator("h1:text-is('Scripts')").WaitForAsync();
        await Assertions.Expect(page.Locator($"a.name:text-is('{name}')")).ToHaveCountAsync(0);
        open.Errors.ShouldBeEmpty();
    }

    /// <summary>Written with a parameter, saved after a confirmation.</summary>
    static async Task WriteAsync(SignInPerson person, string name)
    {
        var (open, page) = (person.Open, person.Page);
        await open.GoAsync("/scripts/new");
        await page.FillAsync("#name", name);
        await page.SelectOptionAsync("#runtime", "bash");
        await page.ClickAsync("button:has-text('Add a parameter')");
        await page.FillAsync("#parameter-0-name", "CODE");
        await page.SelectOptionAsync("#parameter-0-type", "number");
        await page.FillAsync("#parameter-0-default", "many");
        await page.FillAsync("#content", "if true; then\n");
        await page.Locator("#content").PressAsync("Control+End");
        await page.Locator("#content").PressAsync("Tab");
        await page.Locator("#content").PressSequentiallyAsync("exit \"$CODE\"\nfi");
        await page.ClickAsync("[data-save]");
        await page.Locator(".notice-bad:has-text('CODE: its default is a number')").WaitForAsync();
        open.Errors.ShouldHaveSingleItem().ShouldContain("422");
        open.Forget();
        await Assertions.Expect(page.Locator("#content")).ToHaveValueAsync("if true; then\n    exit \"$CODE\"\nfi");
        await page.FillAsync("#parameter-0-default", "3");
        await person.AgeAsync();
        await page.ClickAsync("[data-save]");
        await page.Locator("dialog#step-up[open] #confirm-password").FillAsync(SignInPerson.Password);
        await page.ClickAsync("dialog#step-up button:has-text('Confirm')");
        await page.Locator($"h1:text-is('{name}')").WaitForAsync();
        await page.Locator(".empty:has-text('It has not run yet')").WaitForAsync();
        open.Errors.ShouldHaveSingleItem().ShouldContain("403");
        open.Forget();
    }

    /// <summary>From its own page, by the key, on the site's device.</summary>
    async Task RunAsync(OpenPage open, string name)
    {
        var page = open.Page;
        var script = page.Url;
        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("r");
        var device = page.Locator($"#run-dialog[open] input[value='{site.DevicePath.Split('/')[^1]}']");
        await Assertions.Expect(page.Locator("#value-CODE")).ToHaveValueAsync("3");
        await page.ClickAsync("#run-dialog button:has-text('Run')");
        await page.Locator("#run-dialog .notice-bad:has-text('Choose the devices')").WaitForAsync();
        open.Errors.ShouldHaveSingleItem().ShouldContain("422");
        open.Forget();
        await device.CheckAsync();
        await page.FillAsync("#value-CODE", "4");
        await page.FillAsync("#run-search", "no-such-device");
        await Assertions.Expect(page.Locator("#run-devices input")).ToHaveCountAsync(1);
        await Assertions.Expect(device).ToBeCheckedAsync();
        await open.ScreenshotAsync("script-run-light-1366");
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("script-run-dark-390");
        await open.LookAsync("light", 1366);
        await page.ClickAsync("#run-dialog button:has-text('Run')");
        await page.Locator(".terminal-head:has-text('exit code 4')").WaitForAsync(new() { Timeout = 60_000 });

        await open.GoAsync(new Uri(script).PathAndQuery);
        var run = page.Locator("section:has(#runs-title) tbody tr");
        await Assertions.Expect(run).ToHaveCountAsync(1);
        (await run.Locator("td").Nth(2).InnerTextAsync()).ShouldBe("4");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty(name);
        await open.ScreenshotAsync("script-light-1366");
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty(name);
        await open.ScreenshotAsync("script-dark-390");
        await open.LookAsync("light", 1366);
    }

    /// <summary>Chosen on the device's page.</summary>
    async Task RunOnDeviceAsync(OpenPage open, string name)
    {
        var page = open.Page;
        await open.GoAsync(site.DevicePath + "/scripts");
        await page.SelectOptionAsync("select[name=script]", name);
        await page.Locator(".script-text:has-text('exit')").WaitForAsync();
        await page.FillAsync("#value-CODE", "5");
        await open.ScreenshotAsync("device-stored-script-light-1366");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await page.ClickAsync("main form button:has-text('Run')");
        await page.Locator(".terminal-head:has-text('exit code 5')").WaitForAsync(new() { Timeout = 60_000 });
    }

    /// <summary>A rule that asks how it ended, its name taken from the suggestions.</summary>
    static async Task WatchAsync(OpenPage open, string name)
    {
        var page = open.Page;
        await open.GoAsync("/alerts/rules/new");
        await page.FillAsync("#rule-name", $"Watches {name}");
        var condition = page.Locator("#condition");
        await condition.PressSequentiallyAsync($"script(\"{name[..12]}");
        await page.Locator($".suggestions [role=option]:has-text('{name}')").WaitForAsync();
        await condition.PressAsync("Tab");
        await condition.PressSequentiallyAsync("!= 0");
        await Assertions.Expect(condition).ToHaveValueAsync($"script(\"{name}\") != 0");
        await condition.BlurAsync();
        await page.ClickAsync("button:has-text('Make the rule')");
        await page.Locator($"h1:text-is('Watches {name}')").WaitForAsync();
        var rule = new Uri(page.Url).PathAndQuery;
        var alert = page.Locator("section:has(#raised-title) tbody tr a.name");
        for (var look = 0; look < 60 && await alert.CountAsync() == 0; look++)
        {
            await page.WaitForTimeoutAsync(1000);
            await open.GoAsync(rule);
        }
        await alert.First.ClickAsync();
        await page.Locator("main:has-text('Firing')").WaitForAsync();
        await open.ScreenshotAsync("script-alert-light-1366");
        open.Errors.ShouldBeEmpty();
        page.Dialog += Accept;
        await open.GoAsync(rule);
        await page.ClickAsync("button:has-text('Remove this rule')");
        await page.Locator("h1:text-is('Alert rules')").WaitForAsync();
        page.Dialog -= Accept;

        static void Accept(object? sender, IDialog dialog) => _ = dialog.AcceptAsync();
    }
}
