using System.Net.Http.Json;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Xunit;

namespace Breeze.Integration.Tests.People;

/// <summary>Somebody invited and signed in, as it happens in earnest.</summary>
sealed record Person(Guid Id, string Email, HttpClient Client)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string NewEmail() => $"{Guid.NewGuid():n}@example.com";

    /// <summary>By a row of their own: invitations have tests of theirs.</summary>
    public static async Task<Person> AddAsync(SharedServer shared, Guid partnerId, Guid roleId, Guid? organizationId = null, string access = "all", Guid[]? organizations = null, Guid[]? sites = null)
    {
        var email = NewEmail();
        var user = new User { Id = Guid.CreateVersion7(), Email = email, NormalizedEmail = User.Normalize(email), DisplayName = "Somebody", SecurityStamp = Guid.NewGuid() };
        user.PasswordHash = Hash;
        await using (var context = shared.Database.CreateSystemContext())
        {
            context.Add(user);
            context.Add(organizationId is { } id
                ? new OrganizationUser { Id = Guid.CreateVersion7(), PartnerId = partnerId, OrganizationId = id, UserId = user.Id, RoleId = roleId, SiteIds = sites }
                : new PartnerUser { Id = Guid.CreateVersion7(), PartnerId = partnerId, UserId = user.Id, RoleId = roleId, OrganizationAccess = access, OrganizationIds = organizations ?? [] });
            await context.SaveChangesAsync(Token);
        }
        return new(user.Id, email, await shared.Server.SignInAsync(email, ServerProcess.AdminPassword, Token));
    }

    /// <summary>One hash serves all: hashing is slow on purpose.</summary>
    public static string Hash { get; } = new Microsoft.AspNetCore.Identity.PasswordHasher<User>().HashPassword(
        new User { Email = "", NormalizedEmail = "", DisplayName = "" }, ServerProcess.AdminPassword);
}

/// <summary>What <see cref="Http"/> lacks.</summary>
static class Verbs
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<JsonElement> PutJsonAsync(this HttpClient client, string path, object body, int status = 200) =>
        await Http.ReadAsync(await client.PutAsJsonAsync(path, body, Token), status);

    public static async Task<JsonElement> PatchJsonAsync(this HttpClient client, string path, object body, int status = 200) =>
        await Http.ReadAsync(await client.PatchAsJsonAsync(path, body, Token), status);

    public static async Task RemoveAsync(this HttpClient client, string path, int status = 204) => await Http.ReadAsync(await client.DeleteAsync(path, Token), status);

    public static string Code(this JsonElement problem) => problem.Text("code");
}
