using System.Text.RegularExpressions;
using System.Net.Http.Json;
using System.Text.Json;

namespace Breeze.Browser.Tests.People;

/// <summary>Single sign-on against a real provider.</summary>
public sealed class SsoTests(Site site, SsoSite sso) : IClassFixture<SsoSite>
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    static string NewLogin(string extra = "") => $"p{Guid.NewGuid():n}{extra}@{SsoSite.Domain}";

    [Fact]
    public async Task A_person_signs_in_through_their_companys_login_page()
    {
        await using var open = await site.OpenAsync(signedIn: false);
        await open.GoAsync($"/sso?email=somebody@{SsoSite.Domain}");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("sso-light-1366");
        await open.Page.ClickAsync("a:has-text('Sign in with Test Corp')");
        await open.Page.FillAsync("input[name=login]", NewLogin("+group-tech"));
        await open.Page.FillAsync("input[name=password]", "any");
        await open.Page.ClickAsync("button[type=submit]");
        await open.Page.ClickAsync("button[autofocus], button[type=submit]");
        await open.Page.ToBeAtAsync("^" + Regex.Escape(site.Url + "/") + "$");
        await open.GoAsync("/account/profile");
        (await open.Page.TextContentAsync("main"))!.ShouldContain("Partner Technician");
    }

    [Fact]
    public async Task Who_comes_again_is_the_same_person_and_their_session_says_how()
    {
        var login = NewLogin();
        for (var time = 0; time < 2; time++)
        {
            using var browser = sso.NewBrowser();
            (await sso.SignInAsync(browser, login)).Location.ShouldBe("/");
            using var page = await browser.GetAsync("/devices", Token);
            page.IsSuccessStatusCode.ShouldBeTrue();
        }
        var people = (await sso.SendAsync(HttpMethod.Get, $"/api/v1/users?q={Uri.EscapeDataString(login)}")).Body.GetProperty("data");
        people.GetArrayLength().ShouldBe(1);
        people[0].GetProperty("memberships")[0].GetProperty("role_name").GetString().ShouldBe("Partner Viewer");
        var sessions = (await sso.SendAsync(HttpMethod.Get, $"/api/v1/users/{people[0].GetProperty("id").GetGuid()}/sessions")).Body.GetProperty("data");
        sessions.EnumerateArray().Select(s => s.GetProperty("method").GetString()).ShouldBe(["sso", "sso"]);
    }

    [Fact]
    public async Task Who_has_a_second_factor_here_is_asked_for_it_after_single_sign_on()
    {
        var login = NewLogin();
        using (var first = sso.NewBrowser())
        {
            (await sso.SignInAsync(first, login)).Location.ShouldBe("/");
        }
        await using (var database = new Breeze.Core.Storage.Database(Breeze.Integration.Tests.Support.ServerDatabase.ConnectionStringOf(site.Server)))
        await using (var command = database.System.CreateCommand("UPDATE users SET mfa_enabled = true, mfa_secret = '\\x00' WHERE email = $1"))
        {
            command.Parameters.Add(new() { Value = login });
            (await command.ExecuteNonQueryAsync(Token)).ShouldBe(1);
        }
        using var browser = sso.NewBrowser();
        (await sso.SignInAsync(browser, login)).Location.ShouldBe("/sign-in/code?return=%2F");
        using var page = await browser.GetAsync("/devices", Token);
        page.Headers.Location!.ToString().ShouldContain("/sign-in");
    }

    [Theory]
    [InlineData("somebody@elsewhere.example.com", "domain")]
    [InlineData("somebody@sso.example.com.evil.example", "domain")]
    [InlineData("somebody+unverified@sso.example.com", "vouch")]
    public async Task An_address_that_does_not_count_stays_outside(string login, string word)
    {
        using var browser = sso.NewBrowser();
        var (location, words) = await sso.SignInAsync(browser, login);
        location.ShouldBeNull();
        words.ShouldContain(word);
        using var page = await browser.GetAsync("/devices", Token);
        page.Headers.Location!.ToString().ShouldContain("/sign-in");
    }

    [Fact]
    public async Task A_tampered_state_and_anothers_browser_and_a_replay_are_refused()
    {
        using var browser = sso.NewBrowser();
        var callback = await sso.ToCallbackAsync(browser, NewLogin());
        using (var other = sso.NewBrowser())
        {
            (await SsoSite.FinishAsync(other, callback)).Words.ShouldContain("not begun in this browser");
        }
        (await SsoSite.FinishAsync(browser, callback)).Location.ShouldBe("/");
        (await SsoSite.FinishAsync(browser, callback)).Words.ShouldContain("not begun in this browser");

        using var tampering = sso.NewBrowser();
        var begun = await sso.ToCallbackAsync(tampering, NewLogin());
        (await SsoSite.FinishAsync(tampering, new Uri(begun.ToString().Replace("state=", "state=x", StringComparison.Ordinal)))).Words.ShouldContain("not begun in this browser");
        // A try with the wrong state uses the ticket up.
        (await SsoSite.FinishAsync(tampering, begun)).Location.ShouldBeNull();
    }

    [Fact]
    public async Task A_ticket_that_was_kept_works_once()
    {
        using var browser = sso.NewBrowser();
        using var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        using var thief = new HttpClient(handler);
        var cookies = new System.Net.CookieContainer();
        using var keeping = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = new Uri(site.Url) };
        var callback = await sso.ToCallbackAsync(keeping, NewLogin());
        var kept = cookies.GetCookieHeader(new Uri(site.Url + "/sso/callback/x"));
        (await SsoSite.FinishAsync(keeping, callback)).Location.ShouldBe("/");
        using var request = new HttpRequestMessage(HttpMethod.Get, callback);
        request.Headers.Add("Cookie", kept);
        using var replay = await thief.SendAsync(request, Token);
        replay.Headers.Location.ShouldBeNull();
        replay.IsSuccessStatusCode.ShouldBeFalse();
    }

    [Fact]
    public async Task Sign_on_cannot_make_an_administrator()
    {
        var admin = new Guid("00000000-0000-7000-8000-000000000001");
        var path = $"/api/v1/sso-providers/{sso.ProviderId}";
        (await sso.SendAsync(HttpMethod.Patch, path, new { default_role_id = admin })).Body.GetProperty("code").GetString().ShouldBe("role_administrative");
        (await sso.SendAsync(HttpMethod.Patch, path, new { role_mapping = new { boss = admin } })).Body.GetProperty("code").GetString().ShouldBe("role_administrative");

        // A role that was harmless when it was mapped, and grew afterwards.
        var role = (await sso.SendAsync(HttpMethod.Post, "/api/v1/roles", new { name = "Growing", scope = "partner", permissions = new[] { "devices:read" } })).Body.GetProperty("id").GetGuid();
        var before = (await sso.SendAsync(HttpMethod.Get, "/api/v1/sso-providers")).Body.GetProperty("data")[0].GetProperty("role_mapping");
        (await sso.SendAsync(HttpMethod.Patch, path, new { role_mapping = new { boss = role } })).Status.ShouldBe(200);
        (await sso.SendAsync(HttpMethod.Patch, $"/api/v1/roles/{role}", new { permissions = new[] { "users:*" } })).Status.ShouldBe(200);
        using var browser = sso.NewBrowser();
        var (location, words) = await sso.SignInAsync(browser, NewLogin("+group-boss"));
        location.ShouldBeNull();
        words.ShouldContain("administrator");
        (await sso.SendAsync(HttpMethod.Patch, path, new { role_mapping = before })).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("http://login.example.com")]
    [InlineData("ftp://login.example.com")]
    [InlineData("https://user:password@login.example.com")]
    [InlineData("https://login.example.com/?x=1")]
    [InlineData("nonsense")]
    public async Task An_issuer_without_encryption_is_refused(string authority)
    {
        var (status, body) = await sso.SendAsync(HttpMethod.Post, "/api/v1/sso-providers", new { slug = "other", name = "Other", authority, client_id = "c", allowed_domains = new[] { "example.com" } });
        status.ShouldBe(400);
        body.GetProperty("code").GetString().ShouldStartWith("authority_");
    }

    [Fact]
    public async Task Another_issuer_takes_the_secret_anew()
    {
        var (status, body) = await sso.SendAsync(HttpMethod.Patch, $"/api/v1/sso-providers/{sso.ProviderId}", new { authority = "https://login.example.com" });
        (status, body.GetProperty("code").GetString()).ShouldBe((400, "client_secret_missing"));
    }

    [Fact]
    public async Task An_unknown_and_a_switched_off_sign_on_say_so()
    {
        using var browser = sso.NewBrowser();
        using (var unknown = await browser.GetAsync("/api/v1/auth/sso/no-such", Token))
        {
            unknown.Headers.Location!.ToString().ShouldBe("/sso/unavailable");
        }
        var path = $"/api/v1/sso-providers/{sso.ProviderId}";
        (await sso.SendAsync(HttpMethod.Patch, path, new { enabled = false })).Status.ShouldBe(200);
        using (var off = await browser.GetAsync($"/api/v1/auth/sso/{SsoSite.Slug}", Token))
        {
            off.Headers.Location!.ToString().ShouldBe("/sso/unavailable");
        }
        (await sso.SendAsync(HttpMethod.Patch, path, new { enabled = true })).Status.ShouldBe(200);
        await using var open = await site.OpenAsync(signedIn: false);
        await open.GoAsync("/sso/unavailable");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
    }
}
