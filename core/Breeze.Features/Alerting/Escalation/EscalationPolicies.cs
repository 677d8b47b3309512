using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Notifying;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>The escalation policies of a partner.</summary>
public sealed class EscalationPolicies(Database database, IAuditLog audit, TimeProvider time)
{
    public async Task<Outcome<EscalationPolicy>> CreateAsync(AccessScope scope, Guid? organizationId, PolicyDraft draft, CancellationToken cancellationToken)
    {
        if (await NotificationReach.RefuseAsync(database, scope, organizationId, "policy", cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.Policies.CountAsync(cancellationToken) >= EscalationLimits.Policies)
        {
            return Refusal.Conflict("too_many_policies", $"There are {EscalationLimits.Policies} policies already. Remove one that nobody needs.");
        }
        var now = time.GetUtcNow();
        var policy = new EscalationPolicy { Id = Guid.CreateVersion7(now), PartnerId = scope.PartnerId!.Value, OrganizationId = organizationId, CreatedBy = scope.UserId, CreatedAt = now, UpdatedAt = now };
        if (await ApplyAsync(context, scope, policy, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        context.Add(policy);
        return await SaveAsync(context, scope, policy, "escalation_policy.created", null, cancellationToken);
    }

    /// <summary>Puts what is given in the place of what was there. What runs already goes on with the new steps.</summary>
    public async Task<Outcome<EscalationPolicy>> UpdateAsync(AccessScope scope, Guid id, PolicyDraft draft, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        var (policy, refusal) = await FindToWriteAsync(context, scope, id, cancellationToken);
        if (policy is null)
        {
            return refusal!;
        }
        var before = Audited(policy);
        if (await ApplyAsync(context, scope, policy, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        policy.UpdatedAt = time.GetUtcNow();
        return await SaveAsync(context, scope, policy, "escalation_policy.updated", before, cancellationToken);
    }

    /// <summary>Removes a policy that no route names; what runs of it ends.</summary>
    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        var (policy, refusal) = await FindToWriteAsync(context, scope, id, cancellationToken);
        if (policy is null)
        {
            return refusal;
        }
        if (await context.Routes.Where(r => r.PolicyId == id).Select(r => r.Name).FirstOrDefaultAsync(cancellationToken) is { } route)
        {
            return Refusal.Conflict("policy_in_use", $"The route “{route}” leads to this policy. Choose another there first.");
        }
        context.Remove(policy);
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "escalation_policy.removed", policy, new { before = Audited(policy) }, cancellationToken);
        return null;
    }

    /// <summary>Whom each step would tell now of an alert of an organization, or of none.</summary>
    public async Task<IReadOnlyList<EscalationPreview>> PreviewAsync(EscalationPolicy policy, Guid? organizationId, CancellationToken cancellationToken)
    {
        var steps = EscalationStep.Parse(policy.Steps);
        var book = await EscalationBook.ReadAsync(database, [policy.PartnerId], [.. steps], time.GetUtcNow(), cancellationToken);
        var calls = steps.Select(s => book.Call(s, policy.PartnerId, organizationId ?? policy.OrganizationId, null)).ToList();
        var minutes = 0;
        return
        [
            .. calls.Select((c, i) =>
            {
                // After a step that tells nobody the next one follows at once.
                minutes += i > 0 && calls[i - 1].Targets.Count > 0 ? steps[i].AfterMinutes : 0;
                return new EscalationPreview(i + 1, minutes, c.Told, c.Missed, c.Targets.Count);
            }),
        ];
    }

    static async Task<Refusal?> ApplyAsync(AlertingDbContext context, AccessScope scope, EscalationPolicy policy, PolicyDraft draft, CancellationToken cancellationToken)
    {
        if (TenantNames.Clean(draft.Name) is not { } name)
        {
            return TenantNames.Invalid();
        }
        if (draft.Steps is not { Length: > 0 and <= EscalationLimits.Steps } steps)
        {
            return Refusal.Invalid("steps_invalid", $"Give the policy at least one step, and at most {EscalationLimits.Steps}.");
        }
        if (draft.Repeats is < 0 or > EscalationLimits.Repeats || draft.RepeatMinutes is < 1 or > EscalationLimits.LongestWait)
        {
            return Refusal.Invalid("repeats_invalid", $"It begins again 0 to {EscalationLimits.Repeats} times, 1 to {EscalationLimits.LongestWait} minutes after its last step.");
        }
        var kept = EscalationStep.Parse(policy.Steps);
        for (var i = 0; i < steps.Length; i++)
        {
            if (await CheckAsync(context, scope, policy, steps[i], i, kept, cancellationToken) is { } wrong)
            {
                return wrong;
            }
        }
        (policy.Name, policy.Repeats, policy.RepeatMinutes) = (name, draft.Repeats ?? 0, draft.RepeatMinutes ?? 30);
        policy.Steps = EscalationStep.ToJson(steps.Select(s => s with { Channels = [.. (s.Channels ?? []).Distinct()], Users = [.. (s.Users ?? []).Distinct()], Schedules = [.. (s.Schedules ?? []).Distinct()] }));
        return null;
    }

    static async Task<Refusal?> CheckAsync(AlertingDbContext context, AccessScope scope, EscalationPolicy policy, EscalationStep step, int place, IReadOnlyList<EscalationStep> kept, CancellationToken cancellationToken)
    {
        var (channels, users, schedules) = (step.Channels ?? [], step.Users ?? [], step.Schedules ?? []);
        if (step.AfterMinutes is < 0 or > EscalationLimits.LongestWait || (place == 0) != (step.AfterMinutes == 0))
        {
            return Refusal.Invalid("steps_invalid", $"Step {place + 1}: the first step is at once, each other one 1 to {EscalationLimits.LongestWait} minutes after the one before.");
        }
        if (channels.Length + users.Length + schedules.Length is 0 or > EscalationLimits.Targets)
        {
            return Refusal.Invalid("steps_invalid", $"Step {place + 1}: choose whom to tell, {EscalationLimits.Targets} at most.");
        }
        bool IsForeign(Guid? organization) => policy.OrganizationId is { } own && organization is { } other && other != own;
        var foundChannels = await context.Channels.Where(c => channels.Contains(c.Id)).Select(c => new { c.Id, c.OrganizationId }).ToListAsync(cancellationToken);
        var foundSchedules = await context.Schedules.Where(s => schedules.Contains(s.Id)).Select(s => new { s.Id, s.OrganizationId }).ToListAsync(cancellationToken);
        // What was there already and is gone since does not keep the rest from being changed.
        if (channels.Except(foundChannels.Select(c => c.Id)).Except(kept.SelectMany(k => k.Channels ?? [])).Any())
        {
            return Refusal.NotFound("notification_channel");
        }
        if (schedules.Except(foundSchedules.Select(s => s.Id)).Except(kept.SelectMany(k => k.Schedules ?? [])).Any())
        {
            return Refusal.NotFound("on_call_schedule");
        }
        if (foundChannels.Any(c => IsForeign(c.OrganizationId)) || foundSchedules.Any(s => IsForeign(s.OrganizationId)))
        {
            return Refusal.Invalid("of_other_organization", $"Step {place + 1} names what belongs to another organization than the policy.");
        }
        var newcomers = users.Except(kept.SelectMany(k => k.Users ?? [])).ToArray();
        return newcomers.Length > 0 && !await AreSeenAsync(context, scope, newcomers, cancellationToken) ? Refusal.NotFound("user") : null;
    }

    static async Task<bool> AreSeenAsync(AlertingDbContext context, AccessScope scope, Guid[] users, CancellationToken cancellationToken)
    {
        var connection = await context.ConnectAsync(cancellationToken);
        await using var count = new NpgsqlCommand(
            """
            SELECT count(*) FROM users u WHERE u.id = ANY ($1) AND (u.id = $2 OR EXISTS (SELECT 1 FROM partner_users m WHERE m.user_id = u.id AND m.partner_id = $3)
                OR EXISTS (SELECT 1 FROM organization_users m WHERE m.user_id = u.id AND m.partner_id = $3))
            """, connection) { Parameters = { new() { Value = users }, new() { Value = scope.UserId ?? Guid.Empty }, new() { Value = scope.PartnerId ?? Guid.Empty } } };
        return await count.ExecuteScalarAsync(cancellationToken) is long found && found == users.Distinct().Count();
    }

    static async Task<(EscalationPolicy? Policy, Refusal? Refusal)> FindToWriteAsync(AlertingDbContext context, AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        var policy = await context.Policies.SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        return policy is null ? (null, Refusal.NotFound("escalation_policy"))
            : NotificationReach.RefuseChange(scope, policy.OrganizationId, "policy") is { } refusal ? (null, refusal) : (policy, null);
    }

    async Task<Outcome<EscalationPolicy>> SaveAsync(AlertingDbContext context, AccessScope scope, EscalationPolicy policy, string action, object? before, CancellationToken cancellationToken)
    {
        if (await TenantNames.SaveAsync(context, "a policy", policy.Name, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, action, policy, new { before, after = Audited(policy) }, cancellationToken);
        return policy;
    }

    static object Audited(EscalationPolicy p) => new { name = p.Name, steps = JsonElement.Parse(p.Steps), repeats = p.Repeats, repeat_minutes = p.RepeatMinutes };

    Task RecordAsync(AccessScope scope, string action, EscalationPolicy policy, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "escalation_policy", policy.Id.ToString())
        {
            PartnerId = policy.PartnerId, OrganizationId = policy.OrganizationId, Detail = JsonSerializer.Serialize(detail),
        }, cancellationToken);
}

/// <summary>Whom a step would tell now.</summary>
/// <param name="AfterMinutes">How long after the alert.</param>
/// <param name="Missed">Whom it could not tell, and why.</param>
/// <param name="Messages">How many messages that are; with none the next step follows at once.</param>
public sealed record EscalationPreview(int Step, int AfterMinutes, IReadOnlyList<string> Told, IReadOnlyList<string> Missed, int Messages);
