using System.Net.Http.Headers;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.People;

public sealed class MembershipTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_shows_who_is_within_reach_and_no_secret()
    {
        var tenant = await shared.AddPartnerAsync("Listing");
        var member = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.OrganizationAdmin, tenant.OrganizationId);
        var stranger = await Person.AddAsync(shared, await shared.PartnerIdAsync(), BuiltInRoles.PartnerViewer);
        var all = await tenant.Admin.GetJsonAsync("/api/v1/users");
        all.GetProperty("data").EnumerateArray().Select(u => u.Id()).ShouldContain(member.Id);
        all.GetProperty("data").EnumerateArray().Select(u => u.Id()).ShouldNotContain(stranger.Id);
        all.ToString().ShouldNotContain("password_hash");
        // An organization's administrator does not see the partner's own people.
        (await member.Client.GetJsonAsync("/api/v1/users")).GetProperty("data").EnumerateArray().Select(u => u.Id()).ShouldBe([member.Id]);
        await tenant.Admin.GetAsync($"/api/v1/users/{stranger.Id}", Token).ShouldBeProblemAsync(404, "user_not_found");
        (await tenant.Admin.GetJsonAsync($"/api/v1/users?q={member.Email}")).GetProperty("data").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_change_of_role_takes_effect_with_the_next_request()
    {
        var tenant = await shared.AddPartnerAsync("Changing");
        var person = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerViewer);
        await person.Client.GetAsync("/api/v1/enrollment-keys", Token).ShouldBeProblemAsync(403);
        await tenant.Admin.PutJsonAsync($"/api/v1/users/{person.Id}/membership", new { role_id = BuiltInRoles.PartnerTechnician, organization_access = "none" });
        (await person.Client.GetJsonAsync("/api/v1/organizations")).GetProperty("data").GetArrayLength().ShouldBe(0);
        await person.Client.GetJsonAsync("/api/v1/enrollment-keys");
        await tenant.Admin.RemoveAsync($"/api/v1/users/{person.Id}");
        await person.Client.GetAsync("/api/v1/enrollment-keys", Token).ShouldBeProblemAsync(401);
    }

    [Fact]
    public async Task Nobody_touches_their_own_rights_or_those_of_who_stands_above()
    {
        var tenant = await shared.AddPartnerAsync("Standing");
        var admin = (await tenant.Admin.GetJsonAsync("/api/v1/users")).GetProperty("data")[0].Id();
        var role = await tenant.Admin.PostJsonAsync("/api/v1/roles", new { name = "People", scope = "partner", permissions = new[] { "users:read", "users:write" } }, 201);
        var clerk = await Person.AddAsync(shared, tenant.PartnerId, role.Id());
        (await clerk.Client.PutJsonAsync($"/api/v1/users/{clerk.Id}/membership", new { role_id = BuiltInRoles.PartnerAdmin }, 403)).Code().ShouldBe("own_rights");
        (await clerk.Client.PutJsonAsync($"/api/v1/users/{admin}/membership", new { role_id = role.Id() }, 403)).Code().ShouldBe("beyond_own_rights");
        (await clerk.Client.PatchJsonAsync($"/api/v1/users/{admin}", new { status = "disabled" }, 403)).Code().ShouldBe("beyond_own_rights");
        (await clerk.Client.PostJsonAsync($"/api/v1/users/{admin}/password-reset", new { }, 403)).Code().ShouldBe("beyond_own_rights");
        (await clerk.Client.PutJsonAsync($"/api/v1/users/{admin}/denials", new { data = Array.Empty<object>() }, 403)).Code().ShouldBe("beyond_own_rights");
        await clerk.Client.GetAsync($"/api/v1/users/{admin}/sessions", Token).ShouldBeProblemAsync(403, "beyond_own_rights");
        await clerk.Client.DeleteAsync($"/api/v1/users/{admin}", Token).ShouldBeProblemAsync(403, "beyond_own_rights");
    }

    [Fact]
    public async Task The_last_administrator_stays_even_when_two_take_each_other_out_at_once()
    {
        for (var round = 0; round < 3; round++)
        {
            var tenant = await shared.AddPartnerAsync("Two heads");
            var first = (await tenant.Admin.GetJsonAsync("/api/v1/users")).GetProperty("data")[0].Id();
            var second = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerAdmin);
            var body = new { role_id = BuiltInRoles.PartnerViewer };
            await Task.WhenAll(
                System.Net.Http.Json.HttpClientJsonExtensions.PutAsJsonAsync(tenant.Admin, $"/api/v1/users/{second.Id}/membership", body, Token),
                System.Net.Http.Json.HttpClientJsonExtensions.PutAsJsonAsync(second.Client, $"/api/v1/users/{first}/membership", body, Token));
            var admins = await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM partner_users WHERE partner_id = $1 AND role_id = $2", tenant.PartnerId, BuiltInRoles.PartnerAdmin);
            admins.ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_denial_takes_an_organization_out_of_reach_at_once()
    {
        var tenant = await shared.AddPartnerAsync("Denying");
        var person = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerTechnician);
        (await person.Client.GetJsonAsync("/api/v1/organizations")).GetProperty("data").GetArrayLength().ShouldBe(1);
        await tenant.Admin.PutJsonAsync($"/api/v1/users/{person.Id}/denials", new { data = new[] { new { organization_id = tenant.OrganizationId } } });
        (await person.Client.GetJsonAsync("/api/v1/organizations")).GetProperty("data").GetArrayLength().ShouldBe(0);
        (await tenant.Admin.PutJsonAsync($"/api/v1/users/{person.Id}/denials", new { data = new[] { new { organization_id = shared.OrganizationId } } }, 400)).Code().ShouldBe("place_unknown");
        await tenant.Admin.PutJsonAsync($"/api/v1/users/{person.Id}/denials", new { data = Array.Empty<object>() });
        (await person.Client.GetJsonAsync("/api/v1/organizations")).GetProperty("data").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_deactivated_person_is_out_at_once_and_their_sessions_stay_ended()
    {
        var tenant = await shared.AddPartnerAsync("Deactivating");
        var person = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerViewer);
        (await tenant.Admin.GetJsonAsync($"/api/v1/users/{person.Id}/sessions")).GetProperty("data").GetArrayLength().ShouldBe(1);
        (await tenant.Admin.PatchJsonAsync($"/api/v1/users/{person.Id}", new { status = "disabled" })).Text("status").ShouldBe("disabled");
        await person.Client.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);
        await tenant.Admin.PatchJsonAsync($"/api/v1/users/{person.Id}", new { status = "active" });
        await person.Client.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);
    }

    [Fact]
    public async Task Whoever_belongs_to_two_companies_is_neither_ones_to_deactivate()
    {
        var tenant = await shared.AddPartnerAsync("One of two");
        var other = await shared.AddPartnerAsync("Two of two");
        var person = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerViewer);
        await using (var context = shared.Database.CreateSystemContext())
        {
            context.Add(new PartnerUser { Id = Guid.CreateVersion7(), PartnerId = other.PartnerId, UserId = person.Id, RoleId = BuiltInRoles.PartnerViewer });
            await context.SaveChangesAsync(Token);
        }
        (await tenant.Admin.PatchJsonAsync($"/api/v1/users/{person.Id}", new { status = "disabled" }, 409)).Code().ShouldBe("belongs_elsewhere");
        (await tenant.Admin.PostJsonAsync($"/api/v1/users/{person.Id}/password-reset", new { }, 409)).Code().ShouldBe("belongs_elsewhere");
        await tenant.Admin.RemoveAsync($"/api/v1/users/{person.Id}");
        await person.Client.GetJsonAsync("/api/v1/devices");
        await other.Admin.PatchJsonAsync($"/api/v1/users/{person.Id}", new { status = "disabled" });
    }
}
