using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Notifying;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Features.Policies;

/// <summary>Making, changing and removing policies. What is saved is judged at once.</summary>
public sealed class PolicyLibrary(Database database, PolicyReading reading, PolicyRunner runner, IAuditLog audit, TimeProvider time)
{
    /// <param name="scope">Who.</param>
    /// <param name="organizationId">Null for all of the partner's.</param>
    /// <param name="draft">What it shall be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Outcome<Policy>> CreateAsync(AccessScope scope, Guid? organizationId, PolicyDraft draft, CancellationToken cancellationToken)
    {
        if ((await NotificationReach.RefuseAsync(database, scope, organizationId, "policy", cancellationToken) ?? Refuse(scope, organizationId)) is { } refusal)
        {
            return refusal;
        }
        await using var context = PoliciesDbContext.Create(database, scope);
        if (await context.Policies.CountAsync(cancellationToken) >= PolicyLimits.MostOfAPartner)
        {
            return Refusal.Conflict("too_many_policies", $"There are {PolicyLimits.MostOfAPartner} policies. Remove those that nobody needs.");
        }
        var now = time.GetUtcNow();
        var policy = new Policy
        {
            Id = Guid.CreateVersion7(now), PartnerId = scope.PartnerId!.Value, OrganizationId = organizationId, CreatedBy = scope.UserId, UpdatedBy = scope.UserId, CreatedAt = now, UpdatedAt = now,
        };
        if (await reading.ApplyAsync(policy, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        context.Add(policy);
        if (await SaveAsync(context, policy, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "policy.created", policy, $$"""{"after":{{Audited(policy)}}}""", cancellationToken);
        return await JudgedAsync(context, policy, cancellationToken);
    }

    /// <summary>Makes it what the draft says; that is a version, unless it changes nothing.</summary>
    public async Task<Outcome<Policy>> SaveAsync(AccessScope scope, Guid id, PolicyDraft draft, CancellationToken cancellationToken)
    {
        await using var context = PoliciesDbContext.Create(database, scope);
        if (await context.Policies.SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } policy)
        {
            return Refusal.NotFound("policy");
        }
        if (Refuse(scope, policy.OrganizationId) is { } refusal)
        {
            return refusal;
        }
        if (draft.Version is { } read && read != policy.Version)
        {
            return Changed();
        }
        var (before, wasEnabled) = (Audited(policy), policy.Enabled);
        if (await reading.ApplyAsync(policy, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        var after = Audited(policy);
        if (after == before && policy.Enabled == wasEnabled)
        {
            return policy;
        }
        policy.Version++;
        (policy.UpdatedBy, policy.UpdatedAt) = (scope.UserId, time.GetUtcNow());
        if (await SaveAsync(context, policy, cancellationToken) is { } taken)
        {
            return taken;
        }
        if (after != before)
        {
            await RecordAsync(scope, "policy.changed", policy, $$"""{"before":{{before}},"after":{{after}}}""", cancellationToken);
        }
        if (policy.Enabled != wasEnabled)
        {
            await RecordAsync(scope, policy.Enabled ? "policy.enabled" : "policy.disabled", policy, JsonSerializer.Serialize(new { name = policy.Name }), cancellationToken);
        }
        return await JudgedAsync(context, policy, cancellationToken);
    }

    /// <summary>Removes it, and what it says of devices.</summary>
    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = PoliciesDbContext.Create(database, scope);
        if (await context.Policies.SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } policy)
        {
            return Refusal.NotFound("policy");
        }
        if (Refuse(scope, policy.OrganizationId) is { } refusal)
        {
            return refusal;
        }
        context.Remove(policy);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Changed();
        }
        await RecordAsync(scope, "policy.deleted", policy, $$"""{"before":{{Audited(policy)}}}""", cancellationToken);
        return null;
    }

    /// <summary>Whether somebody may write policies of this level.</summary>
    public static bool MayWrite(AccessScope scope, Guid? organizationId) => Refuse(scope, organizationId) is null;

    /// <summary>Why somebody may not write a policy; null when they may.</summary>
    static Refusal? Refuse(AccessScope scope, Guid? organizationId) =>
        !scope.Can(Permissions.PoliciesWrite) ? Refusal.Forbidden("forbidden", $"To write policies takes the permission {Permissions.PoliciesWrite}.")
        : scope.SiteIds is not null ? Refusal.Forbidden("reach_too_narrow", "A policy judges devices at every site of its organization, and belongs to those who reach all of them.")
        : NotificationReach.RefuseChange(scope, organizationId, "policy");

    /// <summary>With what the first look says of its devices.</summary>
    async Task<Policy> JudgedAsync(PoliciesDbContext context, Policy policy, CancellationToken cancellationToken)
    {
        await runner.EvaluateAsync(policy.Id, cancellationToken);
        await context.Entry(policy).ReloadAsync(cancellationToken);
        return policy;
    }

    static async Task<Refusal?> SaveAsync(PoliciesDbContext context, Policy policy, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            return Changed();
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return TenantNames.Taken("a policy", policy.Name);
        }
    }

    static Refusal Changed() => Refusal.Conflict("policy_changed", "Somebody changed this policy meanwhile. Look at it again and repeat your change.");

    static string Audited(Policy p) => JsonSerializer.Serialize(new
    {
        name = p.Name, description = p.Description, target = p.Target,
        // As it is written here, and not as the database writes it.
        definition = JsonElement.Parse(PolicyCheck.Write(PolicyCheck.Read(p.Definition))),
    });

    Task RecordAsync(AccessScope scope, string action, Policy policy, string detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "policy", policy.Id.ToString())
        {
            PartnerId = policy.PartnerId, OrganizationId = policy.OrganizationId, Detail = detail,
        }, cancellationToken);
}
