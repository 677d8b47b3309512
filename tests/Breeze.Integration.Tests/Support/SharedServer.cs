using System.Net.Http.Json;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Testing;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Breeze.Integration.Tests.Support;

/// <summary>One real server for all tests that leave it as they found it. Each test enrols devices of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    ServerProcess? _server;
    Database? _database;
    HttpClient? _admin;

    public ServerProcess Server => _server!;

    /// <summary>Signed in as the first partner's administrator.</summary>
    public HttpClient Admin => _admin!;

    public Database Database => _database!;

    public Guid OrganizationId { get; private set; }

    public Guid SiteId { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync();
        _admin = await _server.SignInAsync();
        _database = new Database(ServerDatabase.ConnectionStringOf(_server));
        OrganizationId = (await _admin.GetJsonAsync("/api/v1/organizations")).GetProperty("data")[0].Id();
        SiteId = (await _admin.GetJsonAsync("/api/v1/sites")).GetProperty("data")[0].Id();
    }

    public Task<FakeAgent> EnrolAsync(string? hostname = null) => FakeAgent.EnrolAsync(Server.Url, Admin, SiteId, hostname);

    /// <summary>Another company on the same install.</summary>
    public async Task<Tenant> AddPartnerAsync(string name)
    {
        var partner = new Partner { Id = Guid.CreateVersion7(), Name = name, Slug = $"p{Guid.NewGuid():n}" };
        var organization = new Organization { Id = Guid.CreateVersion7(), PartnerId = partner.Id, Name = $"{name}'s customer" };
        var site = new Site { Id = Guid.CreateVersion7(), PartnerId = partner.Id, OrganizationId = organization.Id, Name = "Main" };
        await using (var context = Database.CreateSystemContext())
        {
            context.AddRange(partner, organization, site);
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        return new(partner.Id, organization.Id, site.Id, await AddUserAsync(partner.Id, BuiltInRoles.PartnerAdmin));
    }

    /// <summary>The partner of the first administrator.</summary>
    public async Task<Guid> PartnerIdAsync()
    {
        await using var context = Database.CreateSystemContext();
        return (await context.Organizations.FindAsync([OrganizationId], TestContext.Current.CancellationToken))!.PartnerId;
    }

    /// <summary>Signed in as a new person with a role at a partner.</summary>
    public async Task<HttpClient> AddUserAsync(Guid partnerId, Guid roleId)
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        var user = new User { Id = Guid.CreateVersion7(), Email = email, NormalizedEmail = User.Normalize(email), DisplayName = "Somebody", SecurityStamp = Guid.NewGuid() };
        user.PasswordHash = People.Person.Hash;
        await using (var context = Database.CreateSystemContext())
        {
            context.Add(user);
            context.Add(new PartnerUser { Id = Guid.CreateVersion7(), PartnerId = partnerId, UserId = user.Id, RoleId = roleId });
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        return await Server.SignInAsync(email, ServerProcess.AdminPassword, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public sealed record Tenant(Guid PartnerId, Guid OrganizationId, Guid SiteId, HttpClient Admin);
}
