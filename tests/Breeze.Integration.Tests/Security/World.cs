using System.Net.Http.Headers;
using Breeze.Core.Identity;
using Breeze.Core.Metrics;
using Breeze.Core.Tenancy;
using Breeze.Integration.Tests.Support;
using Npgsql;
using Xunit;

namespace Breeze.Integration.Tests.Security;

/// <summary>Two companies, one with two organizations, and everybody who could knock at the door.</summary>
sealed class World
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    static readonly string[] Resources = ["enrollment-keys", "roles", "invitations", "api-keys", "sso-providers"];

    readonly Place _ours;
    readonly Place _sibling;
    readonly Place _theirs;

    World(Place ours, Place sibling, Place theirs, List<Principal> principals) => (_ours, _sibling, _theirs, Principals) = (ours, sibling, theirs, principals);

    public IReadOnlyList<Principal> Principals { get; }

    public Seeded Ours => _ours.Ids;

    public Seeded Theirs => _theirs.Ids;

    /// <summary>Ids of nothing.</summary>
    public static Place Nothing() => new(
        new Seeded(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()), Resources.ToDictionary(r => r, _ => Guid.NewGuid().ToString()));

    /// <summary>Whether the seeded places have what a route reads.</summary>
    public static bool HasOwn(string route) => route.Split('/')[3] is "devices" or "organizations" or "sites" or "groups" or "policies" or "notification-channels" or "notification-routes" && !route.Contains("sessions", StringComparison.Ordinal);

    public IEnumerable<(string Name, Place Place)> ForeignTo(Principal principal)
    {
        yield return ("another company's", _theirs);
        if (principal.Organizations is { } organizations && !organizations.Contains(_sibling.Ids.OrganizationId) && !principal.IsPlatform)
        {
            // People and roles of the partner are the partner's: what is compared here is what belongs to an organization.
            yield return ("another organization's", _sibling with { Others = Nothing().Others, Ids = _sibling.Ids with { UserId = Guid.NewGuid(), PartnerId = Guid.NewGuid() } });
        }
    }

    /// <summary>What the principal surely reaches; null when there is none of it.</summary>
    public Place? OwnOf(Principal principal) => !principal.IsPlatform && principal.Reaches(_ours.Ids) ? _ours : null;

    public static async Task<World> CreateAsync(SharedServer shared)
    {
        await MetricPartitions.EnsureAsync(shared.Database, DateOnly.FromDateTime(DateTime.UtcNow), Token);
        await using var system = await shared.Database.System.OpenConnectionAsync(Token);
        var ours = await SeededTenants.AddAsync(system, Guid.CreateVersion7(), withPartner: true);
        var sibling = await SeededTenants.AddAsync(system, ours.PartnerId, withPartner: false);
        var theirs = await SeededTenants.AddAsync(system, Guid.CreateVersion7(), withPartner: true);
        var suspendedOrganization = await SeededTenants.AddAsync(system, ours.PartnerId, withPartner: false);
        var suspendedPartner = await SeededTenants.AddAsync(system, Guid.CreateVersion7(), withPartner: true);
        var (nothing, factor) = (NewRole(ours.PartnerId, "Nothing", [], false), NewRole(ours.PartnerId, "With a second factor", ["*"], true));
        await using (var context = shared.Database.CreateSystemContext())
        {
            context.AddRange(nothing, factor);
            await context.SaveChangesAsync(Token);
        }

        object Partner(Guid user, Guid partner, Guid role, string access = "all", params Guid[] organizations) =>
            new PartnerUser { Id = Guid.CreateVersion7(), PartnerId = partner, UserId = user, RoleId = role, OrganizationAccess = access, OrganizationIds = organizations };
        object Organization(Guid user, Seeded place, Guid role, params Guid[]? sites) =>
            new OrganizationUser { Id = Guid.CreateVersion7(), PartnerId = place.PartnerId, OrganizationId = place.OrganizationId, UserId = user, RoleId = role, SiteIds = sites };
        string[] Of(Guid role) => BuiltInRoles.All.Single(r => r.Id == role).Permissions;
        Guid[] first = [ours.OrganizationId];

        var principals = new List<Principal>
        {
            new("a stranger", new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = shared.Server.Url }) { IsKnown = false },
            new("the platform's administrator", shared.Admin) { Permissions = ["*"], IsPlatform = true },
            await Principal.AddAsync(shared, "a partner's administrator", u => Partner(u, ours.PartnerId, BuiltInRoles.PartnerAdmin)) with { Permissions = ["*"] },
            await Principal.AddAsync(shared, "a partner's technician", u => Partner(u, ours.PartnerId, BuiltInRoles.PartnerTechnician)) with { Permissions = Of(BuiltInRoles.PartnerTechnician) },
            await Principal.AddAsync(shared, "a partner's viewer", u => Partner(u, ours.PartnerId, BuiltInRoles.PartnerViewer)) with { Permissions = Of(BuiltInRoles.PartnerViewer) },
            await Principal.AddAsync(shared, "an administrator of selected organizations", u => Partner(u, ours.PartnerId, BuiltInRoles.PartnerAdmin, "selected", ours.OrganizationId))
                with { Permissions = ["*"], Organizations = first },
            await Principal.AddAsync(shared, "an administrator of no organization", u => Partner(u, ours.PartnerId, BuiltInRoles.PartnerAdmin, "none")) with { Permissions = ["*"], Organizations = [] },
            await Principal.AddAsync(shared, "an administrator who is denied an organization", u => Partner(u, ours.PartnerId, BuiltInRoles.PartnerAdmin), (Func<Guid, object>)(u =>
                new AccessDenial { Id = Guid.CreateVersion7(), PartnerId = ours.PartnerId, UserId = u, OrganizationId = sibling.OrganizationId })) with { Permissions = ["*"], Organizations = first },
            await Principal.AddAsync(shared, "an administrator who is denied a site", u => Partner(u, ours.PartnerId, BuiltInRoles.PartnerAdmin), (Func<Guid, object>)(u =>
                new AccessDenial { Id = Guid.CreateVersion7(), PartnerId = ours.PartnerId, UserId = u, OrganizationId = ours.OrganizationId, SiteId = ours.SiteId }))
                with { Permissions = ["*"], ReachesFirstSite = false },
            await Principal.AddAsync(shared, "an organization's administrator", u => Organization(u, ours, BuiltInRoles.OrganizationAdmin, null)) with { Permissions = Of(BuiltInRoles.OrganizationAdmin), Organizations = first },
            await Principal.AddAsync(shared, "an organization's technician", u => Organization(u, ours, BuiltInRoles.OrganizationTechnician, null)) with { Permissions = Of(BuiltInRoles.OrganizationTechnician), Organizations = first },
            await Principal.AddAsync(shared, "an organization's viewer", u => Organization(u, ours, BuiltInRoles.OrganizationViewer, null)) with { Permissions = Of(BuiltInRoles.OrganizationViewer), Organizations = first },
            await Principal.AddAsync(shared, "a technician of another site", u => Organization(u, ours, BuiltInRoles.OrganizationTechnician, ours.OtherSiteId))
                with { Permissions = Of(BuiltInRoles.OrganizationTechnician), Organizations = first, ReachesFirstSite = false },
            await Principal.AddAsync(shared, "somebody with an empty role", u => Partner(u, ours.PartnerId, nothing.Id)),
            await Principal.AddAsync(shared, "an administrator without the second factor", u => Partner(u, ours.PartnerId, factor.Id)) with { Permissions = ["*"], MustSetUpMfa = true },
            await Principal.AddAsync(shared, "somebody of a suspended organization", u => Organization(u, suspendedOrganization, BuiltInRoles.OrganizationAdmin, null)) with { IsKnown = false },
            await Principal.AddAsync(shared, "somebody of a suspended company", u => Partner(u, suspendedPartner.PartnerId, BuiltInRoles.PartnerAdmin)) with { IsKnown = false },
            await KeyAsync(shared, ours),
        };
        await using (var suspend = new NpgsqlCommand(
            "UPDATE organizations SET status = 'suspended' WHERE id = $1", system) { Parameters = { new() { Value = suspendedOrganization.OrganizationId } } })
        {
            await suspend.ExecuteNonQueryAsync(Token);
        }
        await using (var suspend = new NpgsqlCommand("UPDATE partners SET status = 'suspended' WHERE id = $1", system) { Parameters = { new() { Value = suspendedPartner.PartnerId } } })
        {
            await suspend.ExecuteNonQueryAsync(Token);
        }
        return new(await PlaceAsync(system, ours), await PlaceAsync(system, sibling), await PlaceAsync(system, theirs), principals);
    }

    /// <summary>A key that may read devices, of somebody who may do everything.</summary>
    static async Task<Principal> KeyAsync(SharedServer shared, Seeded place)
    {
        var membership = Guid.CreateVersion7();
        var key = SecretToken.Create(ApiKeys.Prefix);
        var owner = await Principal.AddAsync(shared, "the owner of a key", u => new PartnerUser { Id = membership, PartnerId = place.PartnerId, UserId = u, RoleId = BuiltInRoles.PartnerAdmin });
        owner.Client.Dispose();
        await using var insert = shared.Database.System.CreateCommand(
            """
            INSERT INTO api_keys (id, partner_id, user_id, membership_id, name, key_hash, hint, permissions)
            SELECT gen_random_uuid(), $1, user_id, id, 'reader', $3, 'brz_key_x', '{devices:read}' FROM partner_users WHERE id = $2
            """);
        insert.Parameters.Add(new() { Value = place.PartnerId });
        insert.Parameters.Add(new() { Value = membership });
        insert.Parameters.Add(new() { Value = SecretToken.Hash(key) });
        await insert.ExecuteNonQueryAsync(Token);
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = shared.Server.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new Principal("a key that reads devices", client) { Permissions = [Permissions.DevicesRead], IsKey = true };
    }

    static async Task<Place> PlaceAsync(NpgsqlConnection system, Seeded ids)
    {
        var others = new Dictionary<string, string>();
        foreach (var (resource, sql) in (IEnumerable<(string, string)>)
        [
            ("enrollment-keys", "SELECT id FROM enrollment_keys WHERE organization_id = $1"), ("roles", "SELECT id FROM roles WHERE name = $1::text"),
            ("invitations", "SELECT id FROM invitations WHERE organization_id = $1"), ("sso-providers", "SELECT id FROM sso_providers WHERE name = $1::text"),
            ("api-keys", "SELECT k.id FROM api_keys k JOIN organization_users m ON m.user_id = k.user_id WHERE m.organization_id = $1"),
        ])
        {
            await using var command = new NpgsqlCommand(sql, system) { Parameters = { new() { Value = ids.OrganizationId } } };
            others[resource] = ((Guid)(await command.ExecuteScalarAsync(Token))!).ToString();
        }
        return new(ids, others);
    }

    static Role NewRole(Guid partnerId, string name, string[] permissions, bool requireMfa) =>
        new() { Id = Guid.CreateVersion7(), PartnerId = partnerId, Name = name, Scope = "partner", Permissions = permissions, RequireMfa = requireMfa };
}
