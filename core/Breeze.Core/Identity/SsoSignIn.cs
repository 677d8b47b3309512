using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Identity;

/// <summary>
/// Finds or makes the person behind a provider's word. A partner's provider speaks for that partner alone: it never opens an account that belongs to another
/// one as well, nor takes over an account that is not a member here.
/// </summary>
public sealed class SsoSignIn(Database database, IAuditLog audit, TimeProvider time)
{
    public async Task<Outcome<SsoPerson>> ResolveAsync(SsoProvider provider, SsoIdentity identity, string address, CancellationToken cancellationToken)
    {
        var outcome = await FindAsync(provider, identity, cancellationToken);
        var scope = outcome.Value is { } person
            ? new AccessScope { UserId = person.User.Id, ActorName = person.User.DisplayName, PartnerId = provider.PartnerId, Address = address }
            : AccessScope.None with { PartnerId = provider.PartnerId, Address = address };
        await audit.WriteAsync(scope, new AuditRecord(outcome.Succeeded ? "user.signed_in" : "user.sign_in_refused", "user", outcome.Value?.User.Id.ToString() ?? "")
        {
            PartnerId = provider.PartnerId,
            Detail = JsonSerializer.Serialize(new { method = SignInMethods.Sso, provider = provider.Slug, email = identity.Email, reason = outcome.Refusal?.Code }),
        }, cancellationToken);
        return outcome;
    }

    async Task<Outcome<SsoPerson>> FindAsync(SsoProvider provider, SsoIdentity identity, CancellationToken cancellationToken)
    {
        if (identity.Subject.Length is 0 or > 500)
        {
            return Refusal.Forbidden("subject_missing", "The provider did not say who you are. Ask your administrator to check its set-up.");
        }
        if (!EmailAddress.IsValid(identity.Email) || !identity.EmailVerified)
        {
            return Refusal.Forbidden("email_unverified", $"{provider.Name} does not vouch for your e-mail address. Have the address confirmed there, then try again.");
        }
        if (!provider.AllowedDomains.Contains(EmailAddress.DomainOf(identity.Email!)))
        {
            return Refusal.Forbidden("domain_not_allowed", "Addresses of your domain may not sign in here. Ask your administrator.");
        }
        await using var context = database.CreateSystemContext();
        var userId = await context.SsoLinks.Where(l => l.ProviderId == provider.Id && l.Subject == identity.Subject).Select(l => (Guid?)l.UserId).SingleOrDefaultAsync(cancellationToken);
        var normalized = User.Normalize(identity.Email!);
        var user = userId is { } linked
            ? await context.Users.SingleAsync(u => u.Id == linked, cancellationToken)
            : await context.Users.SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, cancellationToken);
        if (user is null)
        {
            return await ProvisionAsync(context, provider, identity, cancellationToken);
        }
        if (user.Status != "active")
        {
            return Refusal.Forbidden("account_disabled", "Your account is switched off. Ask your administrator.");
        }
        var memberships = await Authority.OfPersonAsync(context, user.Id, cancellationToken);
        if (memberships.FirstOrDefault(m => m.PartnerId == provider.PartnerId) is not { } here)
        {
            return Refusal.Forbidden("not_a_member", "Your address has an account that is no member here. Ask your administrator for an invitation.");
        }
        if (memberships.Any(m => m.PartnerId != provider.PartnerId))
        {
            return Refusal.Forbidden("belongs_elsewhere", "You belong to more than one company here, so no single one can sign you in. Use your password or passkey.");
        }
        var now = time.GetUtcNow();
        if (userId is null)
        {
            context.Add(new SsoLink { ProviderId = provider.Id, Subject = identity.Subject, UserId = user.Id, CreatedAt = now });
        }
        user.LastSignInAt = now;
        await context.SaveChangesAsync(cancellationToken);
        return new SsoPerson(user, provider.PartnerId, here.MembershipId!.Value);
    }

    async Task<Outcome<SsoPerson>> ProvisionAsync(BreezeDbContext context, SsoProvider provider, SsoIdentity identity, CancellationToken cancellationToken)
    {
        var mapping = SsoProviders.MappingOf(provider);
        Guid? roleId = identity.Groups.Where(mapping.ContainsKey).Select(g => (Guid?)mapping[g]).FirstOrDefault() ?? provider.DefaultRoleId;
        var role = await context.Roles.AsNoTracking().SingleOrDefaultAsync(
            r => r.Id == roleId && r.Scope == "partner" && (r.PartnerId == null || r.PartnerId == provider.PartnerId), cancellationToken);
        if (role is null)
        {
            return Refusal.Forbidden("no_role", "You are not in a group that may sign in here. Ask your administrator.");
        }
        // The role may have grown since the mapping was saved.
        if (PermissionNames.IsAdministrative(role.Permissions))
        {
            return Refusal.Forbidden("role_administrative", "Your group's role is an administrator's, which sign-on never gives. Ask your administrator for an invitation.");
        }
        var now = time.GetUtcNow();
        var name = AgentText.Clean(identity.Name ?? "", 200);
        var user = new User
        {
            Id = Guid.CreateVersion7(now), Email = identity.Email!, NormalizedEmail = User.Normalize(identity.Email!), DisplayName = name.Length > 0 ? name : identity.Email![..Math.Min(200, identity.Email!.Length)],
            SecurityStamp = Guid.NewGuid(), LastSignInAt = now, CreatedAt = now, UpdatedAt = now,
        };
        var membership = new PartnerUser { Id = Guid.CreateVersion7(now), PartnerId = provider.PartnerId, UserId = user.Id, RoleId = role.Id };
        context.AddRange(user, membership, new SsoLink { ProviderId = provider.Id, Subject = identity.Subject, UserId = user.Id, CreatedAt = now });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Refusal.Conflict("try_again", "You are signing in twice at once. Try again.");
        }
        await audit.WriteAsync(AccessScope.None with { PartnerId = provider.PartnerId }, new AuditRecord("user.provisioned", "user", user.Id.ToString())
        {
            PartnerId = provider.PartnerId, Detail = JsonSerializer.Serialize(new { provider = provider.Slug, email = user.Email, role_id = role.Id }),
        }, cancellationToken);
        return new SsoPerson(user, provider.PartnerId, membership.Id);
    }
}
