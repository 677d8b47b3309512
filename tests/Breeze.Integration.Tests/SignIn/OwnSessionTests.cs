using System.Net;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.SignIn;

public sealed class OwnSessionTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_sees_their_sessions_and_one_that_is_ended_is_refused_at_once()
    {
        var (person, other) = (await Person.AddAsync(shared), await Person.AddAsync(shared));
        var lost = await person.TokensAsync();
        using var lostClient = person.ClientOf(lost);
        using var client = person.ClientOf(await person.TokensAsync());
        using var stranger = other.ClientOf(await other.TokensAsync());
        var sessions = (await client.GetJsonAsync("/api/v1/auth/sessions")).GetProperty("data").EnumerateArray().ToList();
        sessions.Count.ShouldBe(2);
        sessions.Count(s => s.GetProperty("current").GetBoolean()).ShouldBe(1);
        var id = sessions.Single(s => !s.GetProperty("current").GetBoolean()).Id();

        await stranger.DeleteAsync($"/api/v1/auth/sessions/{id}", Token).ShouldBeProblemAsync(404, "session_not_found");
        (await lostClient.GetAsync("/api/v1/auth/me", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.DeleteAsync($"/api/v1/auth/sessions/{id}", Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await lostClient.GetAsync("/api/v1/auth/me", Token).ShouldBeProblemAsync(401, "unauthenticated");
        await shared.Server.Client.PostTextAsync("/api/v1/auth/refresh", $$"""{"refresh_token":"{{lost.Text("refresh_token")}}"}""").ShouldBeProblemAsync(401, "refresh_token_invalid");
        await client.DeleteAsync($"/api/v1/auth/sessions/{id}", Token).ShouldBeProblemAsync(404, "session_not_found");
        (await person.AuditedAsync("session.revoked")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_am_I_says_what_I_may_do_here()
    {
        var person = await Person.AddAsync(shared, BuiltInRoles.PartnerViewer);
        using var client = person.ClientOf(await person.TokensAsync());
        var me = await client.GetJsonAsync("/api/v1/auth/me");
        me.Text("email").ShouldBe(person.Email);
        me.GetProperty("partner").Id().ShouldBe(await shared.PartnerIdAsync());
        var permissions = me.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()).ToList();
        permissions.ShouldContain("devices:read");
        permissions.ShouldNotContain("devices:write");
        me.GetProperty("has_mfa").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_new_password_takes_the_old_one_and_ends_all_other_sessions()
    {
        var person = await Person.AddAsync(shared);
        var tokens = await person.TokensAsync();
        using var api = person.ClientOf(tokens);
        using var browser = await PageClient.SignInAsync(shared.Server, person.Email, Person.Password);
        using var elsewhere = await PageClient.SignInAsync(shared.Server, person.Email, Person.Password);
        const string next = "other words that are long";
        using (var wrong = await browser.SendAsync("/account/security", "?handler=Password", ("present", "not mine"), ("next", next)))
        {
            wrong.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }
        using (var weak = await browser.SendAsync("/account/security", "?handler=Password", ("present", Person.Password), ("next", "short")))
        {
            (await weak.Content.ReadAsStringAsync(Token)).ShouldContain("at least 12 characters");
        }
        (await browser.PostAsync("/account/security", "?handler=Password", ("present", Person.Password), ("next", next))).ShouldContain("Your password is changed");

        (await browser.GetAsync("/account/security")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await elsewhere.GetAsync("/account/security")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await api.GetAsync("/api/v1/auth/me", Token).ShouldBeProblemAsync(401, "unauthenticated");
        await shared.Server.Client.PostTextAsync("/api/v1/auth/refresh", $$"""{"refresh_token":"{{tokens.Text("refresh_token")}}"}""").ShouldBeProblemAsync(401, "refresh_token_invalid");
        await person.LogInAsync().ShouldBeProblemAsync(401, "invalid_credentials");
        await Http.ReadAsync(await person.LogInAsync(next), 200);
        (await person.AuditedAsync("user.password_changed")).ShouldBe(1);
    }

    [Fact]
    public async Task A_first_factor_ends_other_sessions_and_cannot_go_while_the_role_asks_for_it()
    {
        var partnerId = await shared.PartnerIdAsync();
        var role = new Role { Id = Guid.CreateVersion7(), PartnerId = partnerId, Name = $"Careful {Guid.NewGuid():n}", Scope = "partner", Permissions = ["devices:read"], RequireMfa = true };
        await using (var context = shared.Database.CreateSystemContext())
        {
            context.Add(role);
            await context.SaveChangesAsync(Token);
        }
        var person = await Person.AddAsync(shared, role.Id);
        using var api = person.ClientOf(await person.TokensAsync());
        await api.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(403, "mfa_setup_required");
        using (var browser = await PageClient.SignInAsync(shared.Server, person.Email, Person.Password))
        {
            using var led = await browser.GetAsync("/devices");
            led.Headers.Location!.ToString().ShouldBe("/account/security");
            (await (await browser.GetAsync("/account/security")).Content.ReadAsStringAsync(Token)).ShouldContain("Set up a second factor to go on.");
        }
        await person.SetUpAppAsync();
        await api.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401, "unauthenticated");

        using var client = new PageClient(shared.Server);
        using (var half = await client.SendAsync("/sign-in", "", ("Email", person.Email), ("Password", Person.Password), ("return", "/devices")))
        {
            half.Headers.Location!.ToString().ShouldBe("/sign-in/code?return=%2Fdevices");
        }
        (await client.GetAsync("/devices")).Headers.Location!.ToString().ShouldContain("/sign-in");
        using (var done = await client.SendAsync("/sign-in/code?return=%2Fdevices", "", ("Code", person.Code()), ("return", "/devices")))
        {
            done.Headers.Location!.ToString().ShouldBe("/devices");
        }
        (await client.GetAsync("/devices")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var kept = await client.SendAsync("/account/security", "?handler=Disable");
        kept.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await person.ReadAsync<bool>("mfa_enabled")).ShouldBeTrue();
    }
}
