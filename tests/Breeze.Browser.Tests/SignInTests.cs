namespace Breeze.Browser.Tests;

/// <summary>The door, from both sides: codes, passkeys, confirming, sessions.</summary>
public sealed class SignInTests(Site site)
{
    [Fact]
    public async Task An_authenticator_app_is_set_up_and_asked_for_and_a_recovery_code_does_once()
    {
        await using var person = await SignInPerson.AddAsync(site);
        await person.EnterPasswordAsync();
        await person.Open.GoAsync("/account/security");
        await person.Page.ClickAsync("button:has-text('Set up an app')");
        await person.Page.Locator("svg.qr").WaitForAsync();
        await person.Open.ScreenshotAsync("security-app-light-1366");
        (await person.Open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await person.Page.FillAsync("#app-code", "000000");
        await person.Page.ClickAsync("button:has-text('Turn on')");
        await person.Page.Locator("[role=alert]:has-text('That code is not right')").WaitForAsync();

        var (secret, codes) = await person.SetUpAppAsync();
        codes.Length.ShouldBe(10);
        await person.Open.ScreenshotAsync("security-codes-light-1366");
        (await person.Open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        (await person.Page.GetAttributeAsync("a[download]", "href"))!.ShouldContain(codes[9]);

        await person.SignOutAsync();
        await person.EnterPasswordAsync(@"/sign-in/code\?");
        await person.Open.ScreenshotAsync("sign-in-code-light-1366");
        (await person.Open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await person.Page.FillAsync("#code", "123 456");
        await person.Page.ClickAsync("button:text-is('Sign in')");
        await person.Page.Locator("[role=alert]:has-text('The code is wrong')").WaitForAsync();
        await person.Page.FillAsync("#code", SignInPerson.Code(secret));
        await person.Page.ClickAsync("button:text-is('Sign in')");
        await person.ArriveAsync("/$");

        await person.SignOutAsync();
        await person.EnterPasswordAsync(@"/sign-in/code\?");
        await person.Page.FillAsync("#code", codes[3]);
        await person.Page.ClickAsync("button:text-is('Sign in')");
        await person.ArriveAsync("/$");
        await person.Open.GoAsync("/account/security");
        (await person.Page.Locator("text=9 of 10 are left").CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_passkey_is_added_renamed_used_to_sign_in_and_removed()
    {
        await using var person = await SignInPerson.AddAsync(site);
        await person.AddAuthenticatorAsync();
        await person.EnterPasswordAsync();
        await person.Open.GoAsync("/account/security");
        await person.Page.FillAsync("#passkey-name", "Laptop");
        await person.Page.ClickAsync("button:has-text('Add a passkey')");
        await person.Page.Locator("[role=status]:has-text('The passkey is added')").WaitForAsync();
        (await person.Page.TextContentAsync("#recovery-codes"))!.Trim().Split('\n').Length.ShouldBe(10);
        await person.Page.FillAsync("[aria-label='Name of the passkey Laptop']", "Blue key");
        await person.Page.ClickAsync("button:has-text('Rename')");
        await person.Page.Locator("[aria-label='Name of the passkey Blue key']").WaitForAsync();
        await person.Open.ScreenshotAsync("security-passkey-light-1366");
        (await person.Open.AccessibilityProblemsAsync()).ShouldBeEmpty();

        await person.SignOutAsync();
        await person.Page.ClickAsync("button:has-text('Sign in with a passkey')");
        await person.ArriveAsync("/$");
        await person.Open.GoAsync("/account/security");
        (await person.Page.Locator("tr:has-text('this one') td:has-text('passkey')").CountAsync()).ShouldBe(1);

        // A password alone does not do any more.
        await person.SignOutAsync();
        await person.EnterPasswordAsync(@"/sign-in/code\?");
        await person.Page.ClickAsync("button:has-text('Sign in with a passkey')");
        await person.ArriveAsync("/$");

        await person.Open.GoAsync("/account/security");
        person.Page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await person.Page.ClickAsync("[aria-label='Remove the passkey Blue key']");
        await person.Page.Locator("[role=status]:has-text('The passkey is removed')").WaitForAsync();
        await person.SignOutAsync();
        await person.Page.ClickAsync("button:has-text('Sign in with a passkey')");
        await person.Page.Locator("[role=alert]:has-text('That passkey could not be accepted')").WaitForAsync();
    }

    [Fact]
    public async Task What_asks_for_a_confirmation_goes_on_after_it_with_what_was_typed()
    {
        await using var person = await SignInPerson.AddAsync(site);
        await person.AddAuthenticatorAsync();
        await person.EnterPasswordAsync();
        await person.AgeAsync();

        // A passkey's ceremony stops at the dialog and goes on by itself after it.
        await person.Open.GoAsync("/account/security");
        await person.Page.FillAsync("#passkey-name", "Typed before");
        await person.Page.ClickAsync("button:has-text('Add a passkey')");
        await person.Page.Locator("dialog#step-up[open] #confirm-password").WaitForAsync();
        await person.Open.ScreenshotAsync("step-up-password-light-1366-window");
        (await person.Open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await person.Page.FillAsync("#confirm-password", "not it");
        await person.Page.ClickAsync("dialog#step-up button:has-text('Confirm')");
        await person.Page.Locator("dialog#step-up [role=alert]:has-text('That is not your password')").WaitForAsync();
        await person.Page.FillAsync("#confirm-password", SignInPerson.Password);
        await person.Page.ClickAsync("dialog#step-up button:has-text('Confirm')");
        await person.Page.Locator("[aria-label='Name of the passkey Typed before']").WaitForAsync();

        // A form's, too, confirmed by the passkey this time; what it asked before it was sent is not asked again.
        await person.AgeAsync();
        var asked = 0;
        person.Page.Dialog += (_, dialog) =>
        {
            asked++;
            _ = dialog.AcceptAsync();
        };
        var before = await person.Page.TextContentAsync("#recovery-codes");
        await person.Page.ClickAsync("button:has-text('Make new codes')");
        await person.Page.Locator("dialog#step-up[open] button:has-text('Use a passkey')").WaitForAsync();
        await person.Open.ScreenshotAsync("step-up-passkey-light-1366-window");
        await person.Page.ClickAsync("dialog#step-up button:has-text('Use a passkey')");
        await person.Page.Locator("[role=status]:has-text('The old recovery codes do not work')").WaitForAsync();
        (await person.Page.TextContentAsync("#recovery-codes")).ShouldNotBe(before);
        asked.ShouldBe(1);

        // Closed, it leaves the page as it was, and the button can be used again.
        await person.AgeAsync();
        await person.Page.FillAsync("[aria-label='Name of the passkey Typed before']", "Typed after");
        await person.Page.ClickAsync("button:has-text('Rename')");
        await person.Page.ClickAsync("dialog#step-up[open] [data-close-dialog]");
        (await person.Page.InputValueAsync("[aria-label='Name of the passkey Typed before']")).ShouldBe("Typed after");
        (await person.Page.Locator("button:has-text('Rename')").IsEnabledAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Sessions_elsewhere_are_seen_and_ended()
    {
        await using var person = await SignInPerson.AddAsync(site);
        await person.EnterPasswordAsync();
        await using var elsewhere = await site.OpenAsync(signedIn: false);
        await elsewhere.GoAsync("/sign-in");
        await elsewhere.Page.FillAsync("#email", person.User.Email);
        await elsewhere.Page.FillAsync("#password", SignInPerson.Password);
        await elsewhere.Page.ClickAsync("button:text-is('Sign in')");
        await elsewhere.Page.ToBeAtAsync("/$");

        await person.Page.ClickAsync("#account-menu summary");
        await person.Page.ClickAsync("#account-menu a:has-text('Sign-in and security')");
        await person.ArriveAsync("/account/security$");
        var rows = person.Page.Locator("section:has(#sessions-title) tr[data-row]");
        (await rows.CountAsync()).ShouldBe(2);
        await rows.Filter(new() { HasNotText = "this one" }).Locator("button:has-text('End')").ClickAsync();
        await person.Page.Locator("[role=status]:has-text('The session is ended')").WaitForAsync();
        (await rows.CountAsync()).ShouldBe(1);
        await elsewhere.GoAsync("/devices");
        elsewhere.Page.Url.ShouldContain("/sign-in");
        person.Open.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("light", 1366)]
    [InlineData("dark", 1366)]
    [InlineData("light", 390)]
    [InlineData("dark", 390)]
    public async Task The_pages_of_ones_own_sign_in_open_without_errors_and_for_everybody(string theme, int width)
    {
        await using var person = await SignInPerson.AddAsync(site, theme, width);
        await person.EnterPasswordAsync();
        foreach (var (name, path) in new[] { ("security", "/account/security"), ("confirm", "/account/confirm?return=/devices") })
        {
            await person.Open.GoAsync(path);
            await person.Open.ScreenshotAsync($"{name}-{theme}-{width}");
            (await person.Open.AccessibilityProblemsAsync()).ShouldBeEmpty();
            (await person.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBeLessThanOrEqualTo(0, "the page scrolls sideways");
        }
        person.Open.Errors.ShouldBeEmpty();
    }
}
