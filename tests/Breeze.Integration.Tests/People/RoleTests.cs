using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.People;

public sealed class RoleTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_role_is_made_changed_given_and_removed_only_when_nobody_has_it()
    {
        var tenant = await shared.AddPartnerAsync("Shaping");
        var role = await tenant.Admin.PostJsonAsync("/api/v1/roles", new { name = "Night shift", scope = "partner", permissions = new[] { "devices:read" }, require_mfa = false }, 201);
        var person = await Person.AddAsync(shared, tenant.PartnerId, role.Id());
        await person.Client.GetAsync("/api/v1/organizations", Token).ShouldBeProblemAsync(403);
        (await tenant.Admin.PatchJsonAsync($"/api/v1/roles/{role.Id()}", new { permissions = new[] { "devices:read", "organizations:*" } })).Text("name").ShouldBe("Night shift");
        await person.Client.GetJsonAsync("/api/v1/organizations");
        var inUse = await tenant.Admin.DeleteAsync($"/api/v1/roles/{role.Id()}", Token).ShouldBeProblemAsync(409, "role_in_use");
        inUse.ShouldContain("1 person has it");
        await tenant.Admin.RemoveAsync($"/api/v1/users/{person.Id}");
        await tenant.Admin.RemoveAsync($"/api/v1/roles/{role.Id()}");
        await tenant.Admin.GetAsync($"/api/v1/roles/{role.Id()}", Token).ShouldBeProblemAsync(404, "role_not_found");
    }

    [Theory]
    [InlineData("devices:reed", 400, "permission_unknown")]
    [InlineData("nothing:*", 400, "permission_unknown")]
    [InlineData("", 400, "permission_unknown")]
    [InlineData("plugins:manage", 403, "beyond_own_rights")]
    [InlineData("partners:manage", 403, "beyond_own_rights")]
    public async Task A_role_holds_only_what_there_is_and_what_its_maker_holds(string permission, int status, string code)
    {
        var tenant = await shared.AddPartnerAsync("Strict");
        (await tenant.Admin.PostJsonAsync("/api/v1/roles", new { name = "R", scope = "partner", permissions = new[] { permission } }, status)).Code().ShouldBe(code);
    }

    [Fact]
    public async Task A_maker_of_roles_cannot_reach_beyond_their_own()
    {
        var tenant = await shared.AddPartnerAsync("Climbing");
        var maker = await tenant.Admin.PostJsonAsync("/api/v1/roles", new { name = "Maker", scope = "partner", permissions = new[] { "roles:read", "roles:write", "devices:read" } }, 201);
        var strong = await tenant.Admin.PostJsonAsync("/api/v1/roles", new { name = "Strong", scope = "partner", permissions = new[] { "users:write" } }, 201);
        var person = await Person.AddAsync(shared, tenant.PartnerId, maker.Id());
        foreach (var permission in (string[])["*", "devices:*", "users:write"])
        {
            (await person.Client.PostJsonAsync("/api/v1/roles", new { name = "Up", scope = "partner", permissions = new[] { permission } }, 403)).Code().ShouldBe("beyond_own_rights");
        }
        (await person.Client.PatchJsonAsync($"/api/v1/roles/{maker.Id()}", new { require_mfa = false }, 403)).Code().ShouldBe("own_role");
        (await person.Client.PatchJsonAsync($"/api/v1/roles/{strong.Id()}", new { name = "Weak" }, 403)).Code().ShouldBe("beyond_own_rights");
        (await tenant.Admin.PatchJsonAsync($"/api/v1/roles/{BuiltInRoles.PartnerViewer}", new { permissions = new[] { "*" } }, 403)).Code().ShouldBe("role_builtin");
        await person.Client.PostJsonAsync("/api/v1/roles", new { name = "Sideways", scope = "organization", permissions = new[] { "devices:read" } }, 201);
    }

    [Fact]
    public async Task What_concerns_the_install_is_shown_to_the_platforms_partner_alone()
    {
        var tenant = await shared.AddPartnerAsync("Ordinary");
        (await tenant.Admin.GetJsonAsync("/api/v1/permissions")).ToString().ShouldNotContain("partners:manage");
        (await shared.Admin.GetJsonAsync("/api/v1/permissions")).ToString().ShouldContain("partners:manage");
    }
}
