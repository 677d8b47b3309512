using System.Net.Http.Headers;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Breeze.Integration.Tests.Security;

/// <summary>Somebody who tries every endpoint, and what is to be expected of it.</summary>
sealed record Principal(string Name, HttpClient Client)
{
    /// <summary>Whether they get in at all.</summary>
    public bool IsKnown { get; init; } = true;

    /// <summary>What their role says; <c>*</c> for everything.</summary>
    public string[] Permissions { get; init; } = [];

    public bool IsPlatform { get; init; }

    public bool IsKey { get; init; }

    /// <summary>Their role asks for a second factor that they have not set up.</summary>
    public bool MustSetUpMfa { get; init; }

    /// <summary>The organizations of their own partner that they reach; null for all.</summary>
    public Guid[]? Organizations { get; init; }

    /// <summary>Whether they reach the first site, where the device is.</summary>
    public bool ReachesFirstSite { get; init; } = true;

    public string? Email { get; init; }

    public bool Holds(string permission) => (Permissions.Contains("*") || Permissions.Contains(permission)) && (IsPlatform || !Core.Identity.Permissions.IsPlatformOnly(permission));

    public bool Reaches(Seeded place) => ReachesFirstSite && (Organizations is null || Organizations.Contains(place.OrganizationId));


    /// <summary>A new person with a membership, signed in on the API.</summary>
    public static async Task<Principal> AddAsync(SharedServer shared, string name, Func<Guid, object> membership, params object[] more)
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        var user = new User
        {
            Id = Guid.CreateVersion7(), Email = email, NormalizedEmail = User.Normalize(email), DisplayName = name, SecurityStamp = Guid.NewGuid(), PasswordHash = People.Person.Hash,
        };
        await using (var context = shared.Database.CreateSystemContext())
        {
            context.Add(user);
            context.Add(membership(user.Id));
            context.AddRange(more.Select(m => m is Func<Guid, object> make ? make(user.Id) : m));
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        using var stranger = new HttpClient { BaseAddress = shared.Server.Url };
        using var response = await stranger.PostTextAsync("/api/v1/auth/login", $$"""{"email":"{{email}}","password":"{{ServerProcess.AdminPassword}}"}""");
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = shared.Server.Url };
        var token = response.IsSuccessStatusCode ? (await Http.ReadAsync(response, 200)).Text("access_token") : "";
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new Principal(name, client) { Email = email };
    }
}
