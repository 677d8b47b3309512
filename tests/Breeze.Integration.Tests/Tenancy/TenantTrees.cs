using System.Net.Http.Json;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Breeze.Integration.Tests.Tenancy;

/// <summary>Organizations and sites of a test's own.</summary>
static class TenantTrees
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public sealed record Place(Guid OrganizationId, Guid SiteId, string Name);

    public static async Task<Place> AddOrganizationAsync(this HttpClient admin, string? name = null, int? limit = null)
    {
        name ??= $"Customer {Guid.NewGuid():n}";
        var organization = (await admin.PostJsonAsync("/api/v1/organizations", new { name, max_devices = limit }, 201)).Id();
        return new(organization, await admin.AddSiteAsync(organization, "Main"), name);
    }

    public static async Task<Guid> AddSiteAsync(this HttpClient admin, Guid organization, string name) =>
        (await admin.PostJsonAsync("/api/v1/sites", new { organization_id = organization, name, time_zone = "Europe/Berlin" }, 201)).Id();

    public static Task<FakeAgent> EnrolAtAsync(this SharedServer shared, Guid site, string? machineId = null) => FakeAgent.EnrolAsync(shared.Server.Url, shared.Admin, site, machineId: machineId);

    public static Task<HttpResponseMessage> PatchAsync(this HttpClient client, string path, object body) => client.PatchAsJsonAsync(path, body, Token);

    public static Task<HttpResponseMessage> SendAsync(this HttpClient client, string method, string path, object? body = null) =>
        client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : JsonContent.Create(body) }, Token);

    public static async Task<JsonElement> SendJsonAsync(this HttpClient client, string method, string path, object? body = null, int status = 200) =>
        await Http.ReadAsync(await client.SendAsync(method, path, body), status);

    /// <summary>Signed in as a new person whose membership is in one organization.</summary>
    public static async Task<HttpClient> AddOrganizationUserAsync(this SharedServer shared, Guid organizationId, Guid roleId)
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        var user = new User { Id = Guid.CreateVersion7(), Email = email, NormalizedEmail = User.Normalize(email), DisplayName = "Somebody", SecurityStamp = Guid.NewGuid() };
        user.PasswordHash = People.Person.Hash;
        var partner = await shared.PartnerIdAsync();
        await using (var context = shared.Database.CreateSystemContext())
        {
            context.Add(user);
            context.Add(new OrganizationUser { Id = Guid.CreateVersion7(), PartnerId = partner, OrganizationId = organizationId, UserId = user.Id, RoleId = roleId });
            await context.SaveChangesAsync(Token);
        }
        return await shared.Server.SignInAsync(email, ServerProcess.AdminPassword, Token);
    }
}
