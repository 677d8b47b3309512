using System.Net;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.People;

public sealed class ApiKeyTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_does_what_it_lists_and_no_more_than_its_owner_may_now()
    {
        var tenant = await shared.AddPartnerAsync("Keyed");
        var owner = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerTechnician);
        var made = await owner.Client.PostJsonAsync("/api/v1/api-keys", new { name = "Tickets", permissions = new[] { "devices:read", "enrollment:read" } }, 201);
        using var key = shared.Server.ClientWith(made.Text("key"));
        await key.GetJsonAsync("/api/v1/devices");
        await key.GetJsonAsync("/api/v1/enrollment-keys");
        await key.GetAsync("/api/v1/organizations", Token).ShouldBeProblemAsync(403, "forbidden");

        // The owner may less, so the key may less.
        await tenant.Admin.PutJsonAsync($"/api/v1/users/{owner.Id}/membership", new { role_id = BuiltInRoles.PartnerViewer });
        await key.GetAsync("/api/v1/enrollment-keys", Token).ShouldBeProblemAsync(403, "forbidden");
        await key.GetJsonAsync("/api/v1/devices");
        await tenant.Admin.PatchJsonAsync($"/api/v1/users/{owner.Id}", new { status = "disabled" });
        await key.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task A_revoked_and_an_expired_key_are_over()
    {
        var made = await shared.Admin.PostJsonAsync("/api/v1/api-keys", new { name = "Short", permissions = new[] { "devices:read" }, expires_at = DateTimeOffset.UtcNow.AddHours(1) }, 201);
        using var key = shared.Server.ClientWith(made.Text("key"));
        await key.GetJsonAsync("/api/v1/devices");
        await using (var context = shared.Database.System.CreateCommand("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1"))
        {
            context.Parameters.Add(new() { Value = made.Id() });
            await context.ExecuteNonQueryAsync(Token);
        }
        await key.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);

        var other = await shared.Admin.PostJsonAsync("/api/v1/api-keys", new { name = "Ended", permissions = new[] { "devices:read" } }, 201);
        await shared.Admin.RemoveAsync($"/api/v1/api-keys/{other.Id()}");
        using var ended = shared.Server.ClientWith(other.Text("key"));
        await ended.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);
        (await shared.Admin.GetJsonAsync("/api/v1/api-keys?limit=200")).ToString().ShouldNotContain(other.Text("key"));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("::1", false)]
    [InlineData("203.0.113.0/24", false)]
    public async Task A_key_works_from_its_networks_alone(string network, bool works)
    {
        var made = await shared.Admin.PostJsonAsync("/api/v1/api-keys", new { name = "Here", permissions = new[] { "devices:read" }, allowed_addresses = new[] { network } }, 201);
        using var key = shared.Server.ClientWith(made.Text("key"));
        using var response = await key.GetAsync("/api/v1/devices", Token);
        response.StatusCode.ShouldBe(works ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("10.1")]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.1/24")]
    [InlineData("example.com")]
    public async Task What_is_no_network_is_refused(string network) =>
        (await shared.Admin.PostJsonAsync("/api/v1/api-keys", new { name = "N", permissions = new[] { "devices:read" }, allowed_addresses = new[] { network } }, 400)).Code().ShouldBe("allowed_addresses_invalid");

    [Fact]
    public async Task A_key_makes_no_keys_and_opens_no_page()
    {
        var made = await shared.Admin.PostJsonAsync("/api/v1/api-keys", new { name = "All", permissions = new[] { "*" } }, 201);
        using var key = shared.Server.ClientWith(made.Text("key"));
        (await key.PostJsonAsync("/api/v1/api-keys", new { name = "Child", permissions = new[] { "devices:read" } }, 403)).Code().ShouldBe("step_up_impossible");
        using var page = await key.GetAsync("/devices", Token);
        page.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await shared.Admin.GetJsonAsync("/api/v1/devices");
        await shared.Admin.RemoveAsync($"/api/v1/api-keys/{made.Id()}");
    }

    [Fact]
    public async Task A_key_may_not_list_what_its_maker_does_not_hold()
    {
        var owner = await Person.AddAsync(shared, await shared.PartnerIdAsync(), BuiltInRoles.PartnerTechnician);
        (await owner.Client.PostJsonAsync("/api/v1/api-keys", new { name = "Up", permissions = new[] { "users:write" } }, 403)).Code().ShouldBe("beyond_own_rights");
        (await owner.Client.PostJsonAsync("/api/v1/api-keys", new { name = "Up", permissions = new[] { "*" } }, 403)).Code().ShouldBe("beyond_own_rights");
    }

    [Fact]
    public async Task Keys_are_seen_by_their_owner_and_the_partners_administrators()
    {
        var tenant = await shared.AddPartnerAsync("Seeing");
        var owner = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerTechnician);
        var colleague = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerTechnician);
        var made = await owner.Client.PostJsonAsync("/api/v1/api-keys", new { name = "Mine", permissions = new[] { "devices:read" } }, 201);
        (await colleague.Client.GetJsonAsync("/api/v1/api-keys")).GetProperty("data").GetArrayLength().ShouldBe(0);
        await colleague.Client.RemoveAsync($"/api/v1/api-keys/{made.Id()}", 404);
        await shared.Admin.RemoveAsync($"/api/v1/api-keys/{made.Id()}", 404);
        await tenant.Admin.RemoveAsync($"/api/v1/api-keys/{made.Id()}");
    }
}
