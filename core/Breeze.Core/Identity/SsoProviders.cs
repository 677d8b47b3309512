using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Identity;

/// <summary>The OpenID Connect providers of a partner. Their secrets come encrypted, and nobody but the sign-on reads them.</summary>
public sealed class SsoProviders(Database database, IAuditLog audit, TimeProvider time)
{
    public async Task<Outcome<SsoProvider>> CreateAsync(AccessScope scope, SsoProviderDraft draft, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var provider = new SsoProvider
        {
            Id = Guid.CreateVersion7(now), PartnerId = scope.PartnerId!.Value, Slug = draft.Slug?.Trim() ?? "", Name = "", Authority = "", ClientId = "", CreatedAt = now,
        };
        await using var context = database.CreateContext(scope);
        if (await ApplyAsync(context, scope, provider, draft, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        context.Add(provider);
        return await SaveAsync(context, provider, draft, cancellationToken) is { } taken ? taken
            : await RecordAsync(scope, "sso_provider.created", provider, new { after = Describe(provider), secret_set = draft.ProtectedSecret is { Length: > 0 } }, cancellationToken);
    }

    public async Task<Outcome<SsoProvider>> UpdateAsync(AccessScope scope, Guid id, SsoProviderDraft draft, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.SsoProviders.SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } provider)
        {
            return Refusal.NotFound("sso_provider");
        }
        if (draft.Slug is not null && draft.Slug.Trim() != provider.Slug)
        {
            return Refusal.Invalid("slug_fixed", "The short name stands in addresses that the provider knows, so it stays. Make another sign-on instead.");
        }
        var before = Describe(provider);
        var (authority, client) = (provider.Authority, provider.ClientId);
        if (await ApplyAsync(context, scope, provider, draft, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var moved = authority != provider.Authority || client != provider.ClientId;
        if (moved && draft.ProtectedSecret is null && await HasSecretAsync(id, cancellationToken))
        {
            // Otherwise the old secret could be sent to, and read at, an address of somebody's choice.
            return Refusal.Invalid("client_secret_missing", "With another issuer or client id, enter the client secret again.");
        }
        if (await SaveAsync(context, provider, draft, cancellationToken) is { } taken)
        {
            return taken;
        }
        if (moved)
        {
            // Another issuer's subjects are other people.
            await using var system = database.CreateSystemContext();
            await system.SsoLinks.Where(l => l.ProviderId == id).ExecuteDeleteAsync(cancellationToken);
        }
        return await RecordAsync(scope, "sso_provider.changed", provider, new { before, after = Describe(provider), secret_changed = draft.ProtectedSecret is not null }, cancellationToken);
    }

    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.SsoProviders.SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } provider)
        {
            return Refusal.NotFound("sso_provider");
        }
        await context.SsoProviders.Where(p => p.Id == id).ExecuteDeleteAsync(cancellationToken);
        await RecordAsync(scope, "sso_provider.deleted", provider, new { before = Describe(provider) }, cancellationToken);
        return null;
    }

    /// <summary>A provider that people may use now, with its encrypted secret; null when it is unknown, switched off, or its partner suspended.</summary>
    public async Task<(SsoProvider Provider, byte[]? ProtectedSecret)?> FindEnabledAsync(string slug, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var provider = await context.SsoProviders.AsNoTracking().SingleOrDefaultAsync(
            p => p.Slug == slug && p.Enabled && context.Partners.Any(x => x.Id == p.PartnerId && x.Status == TenantStatus.Active), cancellationToken);
        return provider is null ? null : (provider, await SecretAsync(provider.Id, cancellationToken));
    }

    /// <summary>What the sign-in page offers: by the partner's short name.</summary>
    public async Task<IReadOnlyList<SsoChoice>> OfPartnerAsync(string partnerSlug, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await (from s in context.SsoProviders
                      join p in context.Partners on s.PartnerId equals p.Id
                      where p.Slug == partnerSlug && p.Status == TenantStatus.Active && s.Enabled
                      orderby s.Name
                      select new SsoChoice(s.Slug, s.Name)).Take(10).ToListAsync(cancellationToken);
    }

    /// <summary>What the sign-in page offers: by the domain of an address. Says nothing about whether the address is anybody's.</summary>
    public async Task<IReadOnlyList<SsoChoice>> OfDomainAsync(string domain, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await (from s in context.SsoProviders
                      join p in context.Partners on s.PartnerId equals p.Id
                      where s.AllowedDomains.Contains(domain) && p.Status == TenantStatus.Active && s.Enabled
                      orderby s.Name
                      select new SsoChoice(s.Slug, s.Name)).Take(10).ToListAsync(cancellationToken);
    }

    /// <summary>Whether anybody signs in that way, so that a page needs to speak of it.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return await context.SsoProviders.AnyAsync(p => p.Enabled, cancellationToken);
    }

    public async Task<bool> HasSecretAsync(Guid id, CancellationToken cancellationToken) => await SecretAsync(id, cancellationToken) is not null;

    public static IReadOnlyDictionary<string, Guid> MappingOf(SsoProvider provider) => JsonSerializer.Deserialize<Dictionary<string, Guid>>(provider.RoleMapping) ?? [];

    async Task<Refusal?> ApplyAsync(BreezeDbContext context, AccessScope scope, SsoProvider provider, SsoProviderDraft draft, CancellationToken cancellationToken)
    {
        if (scope.OrganizationIds is not null)
        {
            return Refusal.Forbidden("beyond_own_reach", "Single sign-on is the whole partner's: it takes reaching all of its organizations.");
        }
        provider.Name = AgentText.Clean(draft.Name ?? provider.Name, 200);
        provider.Authority = (draft.Authority ?? provider.Authority).Trim();
        provider.ClientId = (draft.ClientId ?? provider.ClientId).Trim();
        provider.AllowedDomains = draft.AllowedDomains is null ? provider.AllowedDomains
            : [.. draft.AllowedDomains.Select(d => (d ?? "").Trim().ToLowerInvariant()).Where(d => d.Length > 0).Distinct()];
        provider.RoleClaim = AgentText.Clean(draft.RoleClaim ?? provider.RoleClaim, 101);
        provider.DefaultRoleId = draft.ClearDefaultRole ? null : draft.DefaultRoleId ?? provider.DefaultRoleId;
        provider.Enabled = draft.Enabled ?? provider.Enabled;
        provider.UpdatedAt = time.GetUtcNow();
        var mapping = draft.RoleMapping ?? MappingOf(provider);
        provider.RoleMapping = JsonSerializer.Serialize(mapping);
        return await SsoRules.CheckAsync(context, scope, provider, mapping, cancellationToken);
    }

    async Task<Refusal?> SaveAsync(BreezeDbContext context, SsoProvider provider, SsoProviderDraft draft, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Refusal.Conflict("name_taken", "There is a sign-on of this name or short name already. Choose another.");
        }
        if (draft.ProtectedSecret is { } secret)
        {
            await using var update = database.System.CreateCommand("UPDATE sso_providers SET client_secret = $2 WHERE id = $1");
            update.Parameters.Add(new() { Value = provider.Id });
            update.Parameters.Add(new() { Value = secret.Length == 0 ? DBNull.Value : secret, NpgsqlDbType = NpgsqlDbType.Bytea });
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
        return null;
    }

    async Task<byte[]?> SecretAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var select = database.System.CreateCommand("SELECT client_secret FROM sso_providers WHERE id = $1");
        select.Parameters.Add(new() { Value = id });
        return await select.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    static object Describe(SsoProvider p) => new
    {
        slug = p.Slug, name = p.Name, authority = p.Authority, client_id = p.ClientId, allowed_domains = p.AllowedDomains, role_claim = p.RoleClaim,
        role_mapping = MappingOf(p), default_role_id = p.DefaultRoleId, enabled = p.Enabled,
    };

    async Task<SsoProvider> RecordAsync(AccessScope scope, string action, SsoProvider provider, object detail, CancellationToken cancellationToken)
    {
        await audit.WriteAsync(scope, new AuditRecord(action, "sso_provider", provider.Id.ToString()) { Detail = JsonSerializer.Serialize(detail) }, cancellationToken);
        return provider;
    }
}
