using System.Net;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.SignIn;

public sealed class StepUpTests(SharedServer shared)
{
    [Fact]
    public async Task A_password_confirms_who_has_no_second_factor_and_only_a_code_who_has()
    {
        var person = await Person.AddAsync(shared);
        using (var client = person.ClientOf(await person.TokensAsync()))
        {
            await AgeAsync(person);
            (await FreshAsync(person)).ShouldBe(0);
            await client.PostTextAsync("/api/v1/auth/step-up", """{"password":"wrong"}""").ShouldBeProblemAsync(403, "invalid_credentials");
            await client.PostTextAsync("/api/v1/auth/step-up", "{}").ShouldBeProblemAsync(400, "password_required");
            (await client.PostJsonAsync("/api/v1/auth/step-up", new { password = Person.Password })).GetProperty("fresh_until").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
            (await FreshAsync(person)).ShouldBe(1);
        }

        await person.SetUpAppAsync();
        var used = person.Code();
        using (var client = person.ClientOf(await Http.ReadAsync(await person.VerifyAsync(await person.MfaTokenAsync(), used), 200)))
        {
            await AgeAsync(person);
            await client.PostTextAsync("/api/v1/auth/step-up", $$"""{"password":"{{Person.Password}}"}""").ShouldBeProblemAsync(400, "code_required");
            await client.PostTextAsync("/api/v1/auth/step-up", $$"""{"code":"{{used}}"}""").ShouldBeProblemAsync(403, "invalid_code");
            await client.PostJsonAsync("/api/v1/auth/step-up", new { code = person.Code(1) });
            (await FreshAsync(person, "mfa_at")).ShouldBe(1);
        }
        (await person.AuditedAsync("user.confirmed")).ShouldBe(2);
        (await person.AuditedAsync("user.confirmation_failed")).ShouldBe(2);
    }

    [Fact]
    public async Task A_page_leads_who_is_not_fresh_to_confirm_and_back_to_an_address_of_ours_alone()
    {
        var person = await Person.AddAsync(shared);
        using var browser = await PageClient.SignInAsync(shared.Server, person.Email, Person.Password);
        await AgeAsync(person);
        using (var refused = await browser.SendAsync("/account/security", "?handler=Begin"))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            refused.Headers.Location!.ToString().ShouldStartWith("/account/confirm?return=");
        }
        foreach (var (target, expected) in new[] { ("/devices?x=1", "/devices?x=1"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("javascript:1", "/") })
        {
            using var done = await browser.SendAsync("/account/confirm", "", ("Password", Person.Password), ("return", target));
            done.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            done.Headers.Location!.ToString().ShouldBe(expected);
        }
        (await browser.PostAsync("/account/security", "?handler=Begin")).ShouldContain("totp-secret");
    }

    [Fact]
    public async Task A_page_with_script_is_told_to_open_the_dialog()
    {
        var person = await Person.AddAsync(shared);
        using var browser = await PageClient.SignInAsync(shared.Server, person.Email, Person.Password);
        await AgeAsync(person);
        browser.AsHtmx = true;
        using var refused = await browser.SendAsync("/account/security", "?handler=Begin");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        refused.Headers.GetValues("HX-Trigger").ShouldHaveSingleItem().ShouldBe("step-up");
        using var wrong = await browser.SendAsync("/account/confirm", "", ("Password", "wrong"));
        wrong.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("<html");
        using var done = await browser.SendAsync("/account/confirm", "", ("Password", Person.Password));
        done.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        done.Headers.GetValues("HX-Trigger").ShouldHaveSingleItem().ShouldBe("step-up-done");
        browser.AsHtmx = false;
        (await browser.PostAsync("/account/security", "?handler=Begin")).ShouldContain("totp-secret");
    }

    [Fact]
    public async Task What_is_no_passkey_is_refused_in_words_and_recorded()
    {
        var person = await Person.AddAsync(shared);
        using var stranger = new PageClient(shared.Server);
        foreach (var (credential, state) in new[] { ("{}", "AAAA"), ("", ""), ("not json", new string('A', 9000)), ("""{"id":"AAAA","type":"public-key"}""", "!") })
        {
            using var refused = await stranger.SendAsync("/sign-in", "?handler=Passkey", ("credential", credential), ("state", state));
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("That passkey could not be accepted");
        }
        using var challenge = await stranger.SendAsync("/sign-in", "?handler=PasskeyOptions");
        var answer = await Http.ReadAsync(challenge, 200);
        answer.GetProperty("options").Text("userVerification").ShouldBe("required");
        foreach (var credential in new[] { "{}", "null", """{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"},"clientExtensionResults":{}}""" })
        {
            using var refused = await stranger.SendAsync("/sign-in", "?handler=Passkey", ("credential", credential), ("state", answer.Text("state")));
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }
        using var signedIn = await PageClient.SignInAsync(shared.Server, person.Email, Person.Password);
        using var added = await signedIn.SendAsync("/account/security", "?handler=AddPasskey", ("credential", "{}"), ("state", answer.Text("state")), ("name", "x"));
        added.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    Task<long> FreshAsync(Person person, string column = "authenticated_at") => ServerDatabase.ReadAsync<long>(
        shared.Server, $"SELECT count(*) FROM user_sessions WHERE user_id = $1 AND revoked_at IS NULL AND {column} > now() - interval '10 minutes'", person.Id);

    /// <summary>As if they had signed in an hour ago.</summary>
    async Task AgeAsync(Person person) => await ServerDatabase.ReadAsync<Guid>(
        shared.Server, "UPDATE user_sessions SET authenticated_at = now() - interval '1 hour', mfa_at = mfa_at - interval '1 hour' WHERE user_id = $1 RETURNING user_id", person.Id);
}
