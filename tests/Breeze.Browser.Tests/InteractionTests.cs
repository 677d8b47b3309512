using System.Text.RegularExpressions;
using Breeze.Testing;

namespace Breeze.Browser.Tests;

public sealed class InteractionTests(Site site)
{
    [Fact]
    public async Task A_wrong_password_is_said_in_words_and_keeps_the_address()
    {
        await using var open = await site.OpenAsync(signedIn: false);
        await open.GoAsync("/sign-in");
        await open.Page.FillAsync("#email", "somebody@example.com");
        await open.Page.FillAsync("#password", "not the password");
        await open.Page.ClickAsync("button:has-text('Sign in')");
        (await open.Page.TextContentAsync("[role=alert]"))!.Trim().ShouldBe("The e-mail address or the password is wrong.");
        (await open.Page.InputValueAsync("#email")).ShouldBe("somebody@example.com");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("sign-in-error-light-1366");
    }

    [Fact]
    public async Task A_page_for_members_leads_a_stranger_to_sign_in_and_back()
    {
        await using var open = await site.OpenAsync(signedIn: false);
        await open.GoAsync("/plugins");
        open.Page.Url.ShouldContain("/sign-in?return=");
        await open.Page.FillAsync("#email", ServerProcess.AdminEmail);
        await open.Page.FillAsync("#password", ServerProcess.AdminPassword);
        await open.Page.ClickAsync("button:has-text('Sign in')");
        await open.Page.ToBeAtAsync("/plugins$");
    }

    [Fact]
    public async Task The_chosen_theme_stays_and_is_there_from_the_first_paint()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/");
        await open.Page.ClickAsync("#account-menu summary");
        await open.Page.ClickAsync("[data-theme-set=dark]");
        (await open.Page.GetAttributeAsync("html", "data-bs-theme")).ShouldBe("dark");
        await open.Page.ReloadAsync(new() { WaitUntil = WaitUntilState.Commit });
        await open.Page.WaitForSelectorAsync("body");
        (await open.Page.GetAttributeAsync("html", "data-bs-theme")).ShouldBe("dark");
    }

    [Fact]
    public async Task Keys_lead_to_pages_and_open_help_and_search()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/");
        await open.Page.Keyboard.PressAsync("g");
        await open.Page.Keyboard.PressAsync("d");
        await open.Page.ToBeAtAsync("/devices$");
        await open.Page.Keyboard.PressAsync("?");
        (await open.Page.Locator("#help").IsVisibleAsync()).ShouldBeTrue();
        await open.ScreenshotAsync("help-light-1366-window");
        await open.Page.Keyboard.PressAsync("Escape");
        (await open.Page.Locator("#help").IsVisibleAsync()).ShouldBeFalse();
        await open.Page.Keyboard.PressAsync("/");
        (await open.Page.EvaluateAsync<string>("document.activeElement.name")).ShouldBe("q");
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_palette_finds_a_device_and_remembers_it()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/");
        await open.Page.Keyboard.PressAsync("Control+k");
        var name = Environment.MachineName[..Math.Min(4, Environment.MachineName.Length)];
        await open.Page.Keyboard.TypeAsync(name);
        await open.Page.Locator("#palette-results a[href^='/devices/']").First.WaitForAsync();
        await open.ScreenshotAsync("palette-light-1366-window");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.Page.Keyboard.PressAsync("Enter");
        await open.Page.ToBeAtAsync(Regex.Escape(site.DevicePath) + "$");
        await open.Page.Keyboard.PressAsync("Control+k");
        (await open.Page.Locator("[data-recent] a").First.GetAttributeAsync("href")).ShouldBe(site.DevicePath);
    }

    [Fact]
    public async Task Rows_are_walked_selected_and_looked_into_by_keys()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/devices");
        await open.Page.Keyboard.PressAsync("j");
        await open.Page.Keyboard.PressAsync("x");
        (await open.Page.Locator("[data-bulk-bar]").IsVisibleAsync()).ShouldBeTrue();
        (await open.Page.TextContentAsync("[data-bulk-bar] [data-count]")).ShouldBe("1");
        await open.ScreenshotAsync("devices-selected-light-1366-window");
        await open.Page.Keyboard.PressAsync("o");
        await open.Page.Locator("dialog.drawer h2").WaitForAsync();
        await open.ScreenshotAsync("devices-look-light-1366-window");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.Page.Keyboard.PressAsync("Escape");
        (await open.Page.Locator("dialog.drawer").IsVisibleAsync()).ShouldBeFalse();
        await open.Page.Keyboard.PressAsync("r");
        await open.Page.Locator("#bulk-dialog #bulk-content").WaitForAsync();
        await open.ScreenshotAsync("devices-bulk-light-1366-window");
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_filter_is_in_the_address_and_swaps_only_the_list()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/devices");
        await open.Page.FillAsync("input[name=q]", "no-such");
        await open.Page.Locator("text=No device matches").WaitForAsync();
        open.Page.Url.ShouldContain("q=no-such");
        (await open.Page.InputValueAsync("input[name=q]")).ShouldBe("no-such");
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_overview_shows_readings_as_they_happen()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync(site.DevicePath);
        await open.Page.Locator("[data-live=true]").WaitForAsync(new() { Timeout = 60_000 });
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_filter_that_is_typed_in_two_goes_is_one_filter()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/devices");
        var field = open.Page.Locator("[data-page-search]");
        await field.PressSequentiallyAsync("no-such");
        await open.Page.ToBeAtAsync(Regex.Escape("q=no-such"));
        await field.PressSequentiallyAsync("-device");
        await open.Page.ToBeAtAsync(Regex.Escape("q=no-such-device"));
        open.Page.Url.Split("q=").Length.ShouldBe(2);
        await open.Page.SelectOptionAsync("select[name=os]", "windows");
        await open.Page.ToBeAtAsync(Regex.Escape("os=windows"));
        open.Page.Url.Split("q=").Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_page_that_opens_late_shows_what_a_running_script_said_before()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync(site.DevicePath + "/scripts");
        await open.Page.FillAsync("#script-content", "echo said early; sleep 300");
        await open.Page.FocusAsync("#script-content");
        await open.Page.Keyboard.PressAsync("Control+Enter");
        var early = open.Page.Locator("[data-output]:has-text('said early')");
        await early.WaitForAsync(new() { Timeout = 60_000 });
        var stream = await open.Page.GetAttributeAsync("[data-command-stream]", "data-command-stream");
        var command = System.Text.RegularExpressions.Regex.Match(stream!, "command=([0-9a-f-]{36})").Groups[1].Value;

        await open.GoAsync($"{site.DevicePath}/commands?command={command}");
        await early.WaitForAsync(new() { Timeout = 60_000 });
        (await open.Page.TextContentAsync("[data-output]")).ShouldBe("said early\n");
        await open.Page.ClickAsync("button:has-text('Cancel')");
        await open.Page.Locator(".terminal-head:has-text('Cancelled')").WaitForAsync(new() { Timeout = 60_000 });
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_script_streams_its_output_and_ends_with_its_exit_code()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync(site.DevicePath + "/scripts");
        await open.Page.FillAsync("#script-content", "for i in 1 2 3; do echo line $i; sleep 1; done; echo problem >&2; exit 3");
        await open.Page.FocusAsync("#script-content");
        await open.Page.Keyboard.PressAsync("Control+Enter");
        await open.Page.Locator("[data-output]:has-text('line 1')").WaitForAsync(new() { Timeout = 60_000 });
        await open.ScreenshotAsync("script-running-light-1366-window");
        await open.Page.Locator(".terminal-head:has-text('exit code 3')").WaitForAsync(new() { Timeout = 60_000 });
        var output = await open.Page.TextContentAsync(".terminal pre") ?? "";
        output.ShouldContain("line 3");
        output.ShouldContain("problem");
        await open.ScreenshotAsync("script-ended-light-1366");
        open.Errors.ShouldBeEmpty();
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_running_script_can_be_cancelled()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync(site.DevicePath + "/scripts");
        await open.Page.FillAsync("#script-content", "echo started; sleep 120");
        await open.Page.ClickAsync("button:has-text('Run')");
        await open.Page.Locator("[data-output]:has-text('started')").WaitForAsync(new() { Timeout = 60_000 });
        await open.Page.ClickAsync("button:has-text('Cancel')");
        await open.Page.Locator(".terminal-head:has-text('Cancelled')").WaitForAsync(new() { Timeout = 60_000 });
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_enrolment_key_is_shown_once_with_its_command()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/enrollment");
        await open.Page.FillAsync("#name", "Browser test");
        await open.Page.ClickAsync("button:has-text('Make the key')");
        var command = await open.Page.TextContentAsync("#install-command");
        command!.ShouldStartWith($"breeze-agent enroll --server {site.Url} --key brz_enroll_");
        await open.ScreenshotAsync("enrollment-new-light-1366");
        open.Errors.ShouldBeEmpty();
        await open.GoAsync("/enrollment");
        (await open.Page.Locator("#install-command").CountAsync()).ShouldBe(0);
        (await open.Page.Locator("tr:has-text('Browser test')").CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Settings_that_the_schema_refuses_are_explained_and_good_ones_saved()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/plugins?settings=collectors.system");
        await open.Page.FillAsync("#field-exclude_interfaces", new string('x', 200));
        await open.Page.ClickAsync(".settings-form button:has-text('Save')");
        await open.Page.Locator(".settings-form [role=alert]").WaitForAsync();
        await open.ScreenshotAsync("plugin-settings-error-light-1366");
        await open.Page.FillAsync("#field-exclude_interfaces", "docker*");
        await open.Page.ClickAsync(".settings-form button:has-text('Save')");
        await open.Page.Locator(".toast-ok").WaitForAsync();
        await open.GoAsync("/plugins?settings=collectors.system");
        (await open.Page.InputValueAsync("#field-exclude_interfaces")).Trim().ShouldBe("docker*");
    }

    [Fact]
    public async Task A_plugin_is_reloaded_on_the_agents_that_run_it()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/plugins");
        await open.Page.ClickAsync("[aria-label='Reload Python']");
        await open.Page.Locator(".toast-ok:has-text('1 agent asked to reload')").WaitForAsync();
        await open.GoAsync(site.DevicePath + "/commands");
        var done = open.Page.Locator("tr:has-text('plugin.reload'):has-text('Completed')").First;
        for (var i = 0; i < 40 && !await done.IsVisibleAsync(); i++)
        {
            await open.Page.WaitForTimeoutAsync(250);
            await open.Page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        }
        (await done.IsVisibleAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await using var open = await site.OpenAsync(signedIn: false);
        await open.SignInAsync();
        await open.Page.ClickAsync("#account-menu summary");
        await open.ScreenshotAsync("account-menu-light-1366-window");
        await open.Page.ClickAsync("button:has-text('Sign out')");
        await open.Page.ToBeAtAsync("/sign-in$");
        await open.GoAsync("/devices");
        open.Page.Url.ShouldContain("/sign-in");
    }
}
