namespace Breeze.Browser.Tests.People;

public sealed class PeopleTests(Site site)
{
    [Fact]
    public async Task An_invitation_is_copied_accepted_elsewhere_and_shows_one_organization()
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        await using var admin = await site.OpenAsync();
        await admin.GoAsync("/users");
        await admin.Page.FillAsync("#invite-email", email);
        await admin.Page.SelectOptionAsync("#invite-level", "organization");
        (await admin.Page.Locator("#invite-role").IsVisibleAsync()).ShouldBeFalse();
        // Others have made organizations meanwhile.
        await admin.Page.SelectOptionAsync("#invite-organization", new SelectOptionValue { Label = "My organization" });
        await admin.Page.SelectOptionAsync("#invite-organization-role", new SelectOptionValue { Label = "Organization Admin" });
        await admin.Page.ClickAsync("button:has-text('Invite')");
        var link = (await admin.Page.TextContentAsync("#invitation-link"))!;
        link.ShouldStartWith(site.Url + "/invitation/");
        (await admin.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await admin.ScreenshotAsync("users-invited-light-1366");

        await using var guest = await site.OpenAsync(signedIn: false);
        await guest.GoAsync(link);
        (await guest.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await guest.ScreenshotAsync("invitation-light-1366");
        await guest.Page.FillAsync("#name", "Grace Guest");
        await guest.Page.FillAsync("#password", "a few unrelated words");
        await guest.Page.ClickAsync("button:has-text('Accept')");
        await guest.Page.ToBeAtAsync("/$");
        await guest.GoAsync("/organizations");
        (await guest.Page.TextContentAsync("main"))!.ShouldContain("My organization");
        // The partner's own people are none of theirs.
        await guest.GoAsync("/users");
        (await guest.Page.Locator("#user-list tr[data-row]").CountAsync()).ShouldBe(1);
        (await guest.GoAsync("/roles/new"))!.Status.ShouldBe(200);
        (await guest.GoAsync("/sign-on"))!.Status.ShouldBe(403);

        await guest.GoAsync(link);
        (await guest.Page.TextContentAsync("h1"))!.ShouldBe("This invitation is over");
        await admin.GoAsync($"/users?q={email}");
        await admin.Page.ClickAsync("#user-list a.name");
        await admin.Page.ToBeAtAsync("/users/[^/]*-[^/]*$");
        await admin.Page.Locator("#sessions-title").WaitForAsync();
        (await admin.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await admin.ScreenshotAsync("user-light-1366");
    }

    [Fact]
    public async Task A_role_is_made_from_a_copy_with_a_whole_group()
    {
        await using var open = await site.OpenAsync();
        await open.GoAsync("/roles");
        await open.Page.ClickAsync("[aria-label='Copy Partner Viewer']");
        await open.Page.Locator("#role-name").WaitForAsync();
        var name = $"Role {Guid.NewGuid():n}"[..20];
        await open.Page.FillAsync("#role-name", name);
        await open.Page.ClickAsync("[aria-label='All of this group: Remote access']");
        (await open.Page.Locator("input[value='remote:files']").IsCheckedAsync()).ShouldBeTrue();
        (await open.Page.Locator("input[value='devices:read']").IsCheckedAsync()).ShouldBeTrue();
        await open.Page.ClickAsync("button:has-text('Save')");
        await open.Page.ClickAsync($"a.name:has-text('{name}')");
        await open.Page.Locator("h1", new() { HasText = name }).WaitForAsync();
        (await open.Page.Locator("input[value='remote:control']").IsCheckedAsync()).ShouldBeTrue();
        (await open.Page.Locator("input[value='plugins:manage']").IsCheckedAsync()).ShouldBeFalse();
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_is_made_shown_once_and_revoked()
    {
        await using var open = await site.OpenAsync(signedIn: false);
        await open.SignInAsync();
        await open.GoAsync("/api-keys");
        var name = $"Key {Guid.NewGuid():n}"[..20];
        await open.Page.FillAsync("#key-name", name);
        await open.Page.ClickAsync("summary:has-text('What it may do')");
        await open.Page.CheckAsync("input[value='devices:read']");
        await open.Page.ClickAsync("button:has-text('Make the key')");
        (await open.Page.TextContentAsync("#api-key"))!.ShouldStartWith("brz_key_");
        await open.GoAsync("/api-keys");
        (await open.Page.Locator("#api-key").CountAsync()).ShouldBe(0);
        open.Page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await open.Page.ClickAsync($"[aria-label='Revoke {name}']");
        await open.Page.Locator($"tr:has-text('{name}'):has-text('Revoked')").WaitForAsync();
        open.Errors.ShouldBeEmpty();
    }
}
