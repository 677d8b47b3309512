using System.Net;
using System.Text.RegularExpressions;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.People;

public sealed partial class InvitationTests(SharedServer shared)
{
    const string Password = "a few unrelated words";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invitation_makes_a_member_once()
    {
        var tenant = await shared.AddPartnerAsync("Inviting");
        var email = Person.NewEmail();
        var made = await tenant.Admin.PostJsonAsync("/api/v1/invitations", new { email, role_id = BuiltInRoles.OrganizationViewer, organization_id = tenant.OrganizationId }, 201);
        var path = new Uri(made.Text("link")).AbsolutePath;
        made.GetProperty("mailed").GetBoolean().ShouldBeFalse();
        (await tenant.Admin.GetJsonAsync("/api/v1/invitations")).ToString().ShouldNotContain(path.Split('/')[^1]);

        (await AcceptAsync(path, "short")).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await AcceptAsync(path, Password)).ShouldBe(HttpStatusCode.Redirect);
        (await AcceptAsync(path, Password)).ShouldBe(HttpStatusCode.NotFound);

        using var member = await shared.Server.SignInAsync(email, Password, Token);
        (await member.GetJsonAsync("/api/v1/organizations")).GetProperty("data").EnumerateArray().Select(o => o.Id()).ShouldBe([tenant.OrganizationId]);
        await member.GetAsync("/api/v1/users", Token).ShouldBeProblemAsync(403, "forbidden");
        (await tenant.Admin.PostJsonAsync("/api/v1/invitations", new { email, role_id = BuiltInRoles.OrganizationViewer, organization_id = tenant.OrganizationId }, 409)).Code().ShouldBe("already_member");
    }

    [Fact]
    public async Task A_withdrawn_and_a_renewed_link_are_over()
    {
        var tenant = await shared.AddPartnerAsync("Withdrawing");
        var body = new { email = Person.NewEmail(), role_id = BuiltInRoles.PartnerViewer };
        var made = await tenant.Admin.PostJsonAsync("/api/v1/invitations", body, 201);
        (await tenant.Admin.PostJsonAsync("/api/v1/invitations", body, 409)).Code().ShouldBe("invitation_open");
        var again = await tenant.Admin.PostJsonAsync($"/api/v1/invitations/{made.Id()}/resend", new { });
        (await GetAsync(made.Text("link"))).ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(again.Text("link"))).ShouldBe(HttpStatusCode.OK);
        await tenant.Admin.RemoveAsync($"/api/v1/invitations/{made.Id()}");
        (await GetAsync(again.Text("link"))).ShouldBe(HttpStatusCode.NotFound);
        await shared.Admin.RemoveAsync($"/api/v1/invitations/{made.Id()}", 404);
    }

    [Fact]
    public async Task Nobody_invites_to_more_than_they_hold()
    {
        var tenant = await shared.AddPartnerAsync("Bounded");
        var other = await shared.AddPartnerAsync("Elsewhere");
        var admin = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.OrganizationAdmin, tenant.OrganizationId);
        var role = await tenant.Admin.PostJsonAsync("/api/v1/roles", new { name = "Roles too", scope = "organization", permissions = new[] { "users:write", "roles:write" } }, 201);
        async Task<string> TryAsync(object body) => (await admin.Client.PostJsonAsync("/api/v1/invitations", body, 403)).Code();
        (await TryAsync(new { email = Person.NewEmail(), role_id = role.Id(), organization_id = tenant.OrganizationId })).ShouldBe("beyond_own_rights");
        (await TryAsync(new { email = Person.NewEmail(), role_id = BuiltInRoles.PartnerViewer, organization_access = "none" })).ShouldBe("beyond_own_reach");
        (await admin.Client.PostJsonAsync("/api/v1/invitations", new { email = Person.NewEmail(), role_id = BuiltInRoles.OrganizationViewer, organization_id = other.OrganizationId }, 400)).Code().ShouldBe("organization_unknown");
        (await admin.Client.PostJsonAsync("/api/v1/invitations", new { email = Person.NewEmail(), role_id = BuiltInRoles.PartnerViewer, organization_id = tenant.OrganizationId }, 400)).Code().ShouldBe("role_scope_mismatch");
        await admin.Client.PostJsonAsync("/api/v1/invitations", new { email = Person.NewEmail(), role_id = BuiltInRoles.OrganizationTechnician, organization_id = tenant.OrganizationId }, 201);
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("a@b@c")]
    [InlineData("Ada <ada@example.com>")]
    [InlineData("ada@example.com\r\nBcc: all@example.com")]
    [InlineData("ada@example.com,bob@example.com")]
    public async Task What_is_no_address_is_refused(string email) =>
        (await shared.Admin.PostJsonAsync("/api/v1/invitations", new { email, role_id = BuiltInRoles.PartnerViewer }, 400)).Code().ShouldBe("email_invalid");

    [Fact]
    public async Task An_invitation_ends_with_the_rights_of_who_made_it()
    {
        var tenant = await shared.AddPartnerAsync("Demoting");
        var inviter = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerAdmin);
        var made = await inviter.Client.PostJsonAsync("/api/v1/invitations", new { email = Person.NewEmail(), role_id = BuiltInRoles.PartnerAdmin }, 201);
        (await GetAsync(made.Text("link"))).ShouldBe(HttpStatusCode.OK);
        await tenant.Admin.PutJsonAsync($"/api/v1/users/{inviter.Id}/membership", new { role_id = BuiltInRoles.PartnerTechnician });
        (await GetAsync(made.Text("link"))).ShouldBe(HttpStatusCode.NotFound);
        (await AcceptAsync(new Uri(made.Text("link")).AbsolutePath, Password)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_address_with_an_account_cannot_be_taken_over_by_an_invitation()
    {
        var tenant = await shared.AddPartnerAsync("Second employer");
        var victim = await Person.AddAsync(shared, (await shared.AddPartnerAsync("First employer")).PartnerId, BuiltInRoles.PartnerViewer);
        var made = await tenant.Admin.PostJsonAsync("/api/v1/invitations", new { email = victim.Email.ToUpperInvariant(), role_id = BuiltInRoles.PartnerViewer }, 201);
        // The form for newcomers, posted although the page does not offer it.
        (await AcceptAsync(new Uri(made.Text("link")).AbsolutePath, Password)).ShouldBe(HttpStatusCode.UnprocessableEntity);
        await shared.Server.SignInAsync(victim.Email, Breeze.Testing.ServerProcess.AdminPassword, Token);
    }

    async Task<HttpStatusCode> GetAsync(string link)
    {
        using var response = await shared.Server.Client.GetAsync(new Uri(link).AbsolutePath, Token);
        return response.StatusCode;
    }

    /// <summary>As the page's own form does it. The anti-forgery token of another page will do where this one has no form.</summary>
    async Task<HttpStatusCode> AcceptAsync(string path, string password)
    {
        using var form = await shared.Server.Client.GetAsync("/sign-in", Token);
        var token = TokenPattern().Match(await form.Content.ReadAsStringAsync(Token)).Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["DisplayName"] = "Ada", ["Password"] = password, ["__RequestVerificationToken"] = token }),
        };
        request.Headers.Add("Cookie", form.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));
        using var response = await shared.Server.Client.SendAsync(request, Token);
        return response.StatusCode;
    }

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="([^"]+)""")]
    private static partial Regex TokenPattern();
}
