using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Healing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Features.Alerting.Rules;

/// <summary>Making, changing and removing alert rules. Each change is a version that can be taken up again.</summary>
public sealed class AlertRules(Database database, RuleCheck check, RuleActions actions, EventBus bus, IAuditLog audit, TimeProvider time)
{
    public const int MostOfAPartner = 2000;

    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public async Task<RuleOutcome> CreateAsync(AccessScope scope, AlertRuleChange change, CancellationToken cancellationToken)
    {
        if (scope.PartnerId is not { } partnerId)
        {
            return OutOfReach();
        }
        await using var context = AlertingDbContext.Create(database, scope);
        if (await PlaceAsync(scope, change, context, cancellationToken) is { } misplaced)
        {
            return misplaced;
        }
        if (await context.Rules.CountAsync(cancellationToken) >= MostOfAPartner)
        {
            return new RuleProblem(Refusal.Conflict("too_many_rules", $"There are {MostOfAPartner} rules. Remove those that nobody needs; one rule with a target serves many organizations."));
        }
        var now = time.GetUtcNow();
        var rule = new AlertRule
        {
            Id = Guid.CreateVersion7(now), PartnerId = partnerId, OrganizationId = change.OrganizationId, SiteId = change.SiteId, ParentId = change.ParentId, CreatedBy = scope.UserId,
            CreatedAt = now, UpdatedAt = now,
        };
        if (change.ParentId is { } parentId)
        {
            var parent = await context.Rules.AsNoTracking().SingleAsync(r => r.Id == parentId, cancellationToken);
            change = Over(change, parent);
        }
        if ((await check.ApplyAsync(rule, change, cancellationToken) ?? await actions.ApplyAsync(rule, change.Action, cancellationToken)) is { } problem)
        {
            return problem;
        }
        if (rule.Action is not null && actions.Refuse(scope) is { } refused)
        {
            return refused;
        }
        context.Add(rule);
        return await SaveAsync(scope, context, rule, "alert_rule.created", null, cancellationToken);
    }

    public async Task<RuleOutcome> UpdateAsync(AccessScope scope, Guid id, AlertRuleChange change, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.Rules.SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } rule)
        {
            return new RuleProblem(Refusal.NotFound("alert_rule"));
        }
        if (!MayWrite(scope, rule))
        {
            return OutOfReach();
        }
        var before = Document(rule);
        if ((await check.ApplyAsync(rule, change, cancellationToken) ?? await actions.ApplyAsync(rule, change.Action, cancellationToken)) is { } problem)
        {
            return problem;
        }
        if (Document(rule) == before)
        {
            return rule;
        }
        // Whatever is changed of a rule that runs a script has it run there, or then. To stop it is everybody's who may write the rule.
        if (rule.Action is not null && Document(rule) != Write(Read(before) with { Enabled = false }) && actions.Refuse(scope) is { } refused)
        {
            return refused;
        }
        rule.Version++;
        rule.UpdatedAt = time.GetUtcNow();
        return await SaveAsync(scope, context, rule, "alert_rule.updated", before, cancellationToken);
    }

    /// <summary>Takes a version up again, as a new one.</summary>
    public async Task<RuleOutcome> RestoreAsync(AccessScope scope, Guid id, int version, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        return await context.RuleVersions.AsNoTracking().SingleOrDefaultAsync(v => v.RuleId == id && v.Version == version, cancellationToken) is { } found
            ? await UpdateAsync(scope, id, Whole(Read(found.Document)), cancellationToken)
            : new RuleProblem(Refusal.NotFound("alert_rule_version"));
    }

    /// <summary>Removes a rule with its alerts; what stood in for it elsewhere goes as well.</summary>
    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.Rules.SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } rule)
        {
            return Refusal.NotFound("alert_rule");
        }
        if (!MayWrite(scope, rule))
        {
            return OutOfReach().Refusal;
        }
        context.Remove(rule);
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "alert_rule.removed", rule, Document(rule), null, cancellationToken);
        bus.Publish(AlertTopics.Rules, rule.PartnerId.ToByteArray());
        return null;
    }

    /// <summary>A version's document as what it says.</summary>
    public static AlertRuleChange Read(string document) => JsonSerializer.Deserialize<AlertRuleChange>(document, Json)!;

    /// <summary>Whether somebody who may write rules may write this one: the partner's belong to those who reach all of it.</summary>
    public static bool MayWrite(AccessScope scope, AlertRule rule) =>
        rule.OrganizationId is null ? scope.OrganizationIds is null : scope.SiteIds is null || (rule.SiteId is { } site && scope.SiteIds.Contains(site));

    async Task<RuleOutcome> SaveAsync(AccessScope scope, AlertingDbContext context, AlertRule rule, string action, string? before, CancellationToken cancellationToken)
    {
        var document = Document(rule);
        context.Add(new AlertRuleVersion
        {
            RuleId = rule.Id, Version = rule.Version, Document = document, ChangedBy = scope.UserId, ChangedByName = scope.ActorName, ChangedAt = rule.UpdatedAt,
        });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: var index })
        {
            return index switch
            {
                "alert_rules_override" => new RuleProblem(Refusal.Conflict("override_exists", "This organization or site has a rule of its own in place of that one already. Change it instead.")),
                "alert_rule_versions_pkey" => new RuleProblem(Refusal.Conflict("rule_changed", "Somebody changed this rule at the same moment. Look at it again and repeat your change.")),
                _ => new RuleProblem(TenantNames.Taken("a rule", rule.Name), "name"),
            };
        }
        await RecordAsync(scope, action, rule, before, document, cancellationToken);
        bus.Publish(AlertTopics.Rules, rule.PartnerId.ToByteArray());
        return rule;
    }

    /// <summary>Where a new rule belongs: within reach, and, when it stands in for another, below that one.</summary>
    async Task<RuleProblem?> PlaceAsync(AccessScope scope, AlertRuleChange change, AlertingDbContext context, CancellationToken cancellationToken)
    {
        await using var tenancy = database.CreateContext(scope);
        if (change.OrganizationId is null)
        {
            return change.SiteId is not null ? RuleProblem.Of("site_id", "organization_missing", "Name the site's organization as well.")
                : change.ParentId is not null ? RuleProblem.Of("organization_id", "organization_missing", "A rule that stands in for another says for which organization.")
                : scope.OrganizationIds is not null ? OutOfReach() : null;
        }
        if (!await tenancy.Organizations.AnyAsync(o => o.Id == change.OrganizationId, cancellationToken))
        {
            return new(Refusal.NotFound("organization"), "organization_id");
        }
        if (change.SiteId is { } site && !await tenancy.Sites.AnyAsync(s => s.Id == site && s.OrganizationId == change.OrganizationId, cancellationToken))
        {
            return new(Refusal.NotFound("site"), "site_id");
        }
        if (scope.SiteIds is not null && change.SiteId is null)
        {
            return OutOfReach();
        }
        if (change.ParentId is not { } parentId)
        {
            return null;
        }
        var parent = await context.Rules.AsNoTracking().SingleOrDefaultAsync(r => r.Id == parentId, cancellationToken);
        return parent is null ? new(Refusal.NotFound("alert_rule"), "parent_id")
            : parent.OrganizationId is not null && (parent.OrganizationId != change.OrganizationId || change.SiteId is null || parent.SiteId is not null)
                ? RuleProblem.Of("parent_id", "parent_invalid", "A rule stands in for one of the partner or, at a site, for one of the site's organization.")
            : null;
    }

    /// <summary>A rule that stands in for another begins as that one.</summary>
    static AlertRuleChange Over(AlertRuleChange change, AlertRule parent) => change with
    {
        Name = change.Name ?? parent.Name, Description = change.Description ?? parent.Description, Enabled = change.Enabled ?? parent.Enabled, Severity = change.Severity ?? parent.Severity,
        Condition = change.Condition ?? parent.Condition, Recovery = change.Recovery ?? parent.Recovery, Target = change.Target ?? parent.Target, Per = change.Per ?? parent.Per,
        Title = change.Title ?? parent.Title, Message = change.Message ?? parent.Message, RunbookUrl = change.RunbookUrl ?? parent.RunbookUrl, ReopenMinutes = change.ReopenMinutes ?? parent.ReopenMinutes,
    };

    static string Document(AlertRule rule) => Write(new()
    {
        Name = rule.Name, Description = rule.Description, Enabled = rule.Enabled, Severity = rule.Severity, Condition = rule.Condition, Recovery = rule.Recovery, Target = rule.Target,
        Per = rule.Per, Title = rule.Title, Message = rule.Message, RunbookUrl = rule.RunbookUrl, ReopenMinutes = rule.ReopenMinutes, Action = new(true, RuleAction.Parse(rule.Action)),
    });

    static string Write(AlertRuleChange change) => JsonSerializer.Serialize(change, Json);

    /// <summary>A version from before there were actions had none.</summary>
    static AlertRuleChange Whole(AlertRuleChange version) => version.Action.IsGiven ? version : version with { Action = new(true, null) };

    /// <summary>For the audit log: the text of a script is with the version.</summary>
    static string Recorded(string? document) => document is null ? "null" : Read(document) is { Action.Value: { } action } change
        ? Write(change with { Action = new(true, action with { Script = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(action.Script)))}" }) })
        : document;

    static RuleProblem OutOfReach() => new(Refusal.Forbidden("reach_too_narrow",
        "A rule for several organizations belongs to those who reach all of them. Make one for an organization or site of yours."));

    Task RecordAsync(AccessScope scope, string action, AlertRule rule, string? before, string? after, CancellationToken cancellationToken) => audit.WriteAsync(
        scope, new AuditRecord(action, "alert_rule", rule.Id.ToString())
        {
            PartnerId = rule.PartnerId, OrganizationId = rule.OrganizationId, Detail = $$"""{"before":{{Recorded(before)}},"after":{{Recorded(after)}}}""",
        }, cancellationToken);
}
