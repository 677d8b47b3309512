using Breeze.Core.Devices.Bulk;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Backtest;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Alerting.Rules;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>Alert rules.</summary>
static class AlertRuleEndpoints
{
    public sealed record RuleItem(
        Guid Id, string Name, string Description, bool Enabled, string Severity, string Condition, string Recovery, string Target, string Per, string Title, string Message, string RunbookUrl,
        int ReopenMinutes, RuleAction? Action, Guid? OrganizationId, Guid? SiteId, Guid? ParentId, string? Starter, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    public sealed record VersionItem(int Version, AlertRuleChange Rule, string ChangedBy, DateTimeOffset ChangedAt);

    public sealed record RestoreRequest(int Version);

    public sealed record CheckRequest(string? Condition);

    /// <param name="Condition">In normal form.</param>
    public sealed record CheckResponse(string Condition);

    public static void MapAlertRules(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/alert-rules").WithTags("Alerts");
        var read = new RequirePermissionAttribute(Permissions.AlertsRead);
        var write = new RequirePermissionAttribute(Permissions.AlertRulesWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<RuleItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<RuleItem>(201);
        group.MapPost("/check", CheckAsync).WithMetadata(read).Produces<CheckResponse>();
        group.MapPost("/backtest", BacktestAsync).WithMetadata(write).Produces<BacktestAnswer>();
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<RuleItem>();
        group.MapPatch("/{id:guid}", UpdateAsync).WithMetadata(write).Produces<RuleItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
        group.MapGet("/{id:guid}/versions", VersionsAsync).WithMetadata(read).Produces<Page<VersionItem>>();
        group.MapPost("/{id:guid}/restore", RestoreAsync).WithMetadata(write).Produces<RuleItem>();
    }

    static async Task<IResult> ListAsync(
        AlertingDbContext context, [FromQuery(Name = "organization_id")] Guid? organizationId, bool? enabled, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rules = await context.Rules.AsNoTracking().Where(r => r.Id > after && (organizationId == null || r.OrganizationId == organizationId) && (enabled == null || r.Enabled == enabled))
            .OrderBy(r => r.Id).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<RuleItem>.Cut([.. rules.Select(Item)], count, r => Cursor.Encode("", r.Id)));
    }

    static async Task<IResult> GetAsync(AlertingDbContext context, Guid id, CancellationToken cancellationToken) =>
        await context.Rules.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } rule ? Results.Ok(Item(rule)) : ApiProblem.NotFound("alert_rule");

    static async Task<IResult> CreateAsync(AlertRules rules, AccessScope scope, AlertRuleChange request, CancellationToken cancellationToken)
    {
        var outcome = await rules.CreateAsync(scope, request, cancellationToken);
        return outcome.Succeeded ? Results.Created($"/api/v1/alert-rules/{outcome.Rule.Id}", Item(outcome.Rule)) : Problem(outcome.Problem, scope);
    }

    static async Task<IResult> UpdateAsync(AlertRules rules, AccessScope scope, Guid id, AlertRuleChange request, CancellationToken cancellationToken) =>
        Answer(await rules.UpdateAsync(scope, id, request, cancellationToken), scope);

    static async Task<IResult> DeleteAsync(AlertRules rules, AccessScope scope, Guid id, CancellationToken cancellationToken) =>
        (await rules.DeleteAsync(scope, id, cancellationToken)).OrNoContent();

    static async Task<IResult> RestoreAsync(AlertRules rules, AccessScope scope, Guid id, RestoreRequest request, CancellationToken cancellationToken) =>
        Answer(await rules.RestoreAsync(scope, id, request.Version, cancellationToken), scope);

    static async Task<IResult> VersionsAsync(AlertingDbContext context, Guid id, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out var before, out _) || (cursor is not null && !int.TryParse(before, out _)))
        {
            return Cursor.Invalid();
        }
        if (!await context.Rules.AnyAsync(r => r.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("alert_rule");
        }
        var (count, below) = (Cursor.Limit(limit), cursor is null ? int.MaxValue : int.Parse(before, System.Globalization.CultureInfo.InvariantCulture));
        var rows = await context.RuleVersions.AsNoTracking().Where(v => v.RuleId == id && v.Version < below).OrderByDescending(v => v.Version).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<VersionItem>.Cut(
            [.. rows.Select(v => new VersionItem(v.Version, AlertRules.Read(v.Document), v.ChangedByName, v.ChangedAt))], count,
            v => Cursor.Encode(v.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), id)));
    }

    static async Task<IResult> CheckAsync(AlertConditions conditions, CheckRequest request, CancellationToken cancellationToken)
    {
        var result = await conditions.ParseAsync(request.Condition ?? "", cancellationToken);
        return result.Condition is { } condition ? Results.Ok(new CheckResponse(condition.Text)) : new ExpressionProblem(result.Error!);
    }

    static async Task<IResult> BacktestAsync(Backtests backtests, AccessScope scope, BacktestAsk request, CancellationToken cancellationToken)
    {
        var outcome = await backtests.RunAsync(scope, request, cancellationToken);
        return outcome.Succeeded ? Results.Ok(outcome.Answer) : Problem(outcome.Problem, scope);
    }

    static IResult Answer(RuleOutcome outcome, AccessScope scope) => outcome.Succeeded ? Results.Ok(Item(outcome.Rule)) : Problem(outcome.Problem, scope);

    static IResult Problem(RuleProblem problem, AccessScope scope)
    {
        if (problem.Refusal.Code != BulkActions.StepUpRequired)
        {
            return problem.Expression is { } error ? new ExpressionProblem(error, problem.Field) : problem.Refusal.AsProblem();
        }
        var (status, code, title, detail) = StepUp.Problem(scope);
        return ApiProblem.Result(status, code, title, $"{problem.Refusal.Detail} {detail}");
    }

    static RuleItem Item(AlertRule r) => new(
        r.Id, r.Name, r.Description, r.Enabled, r.Severity, r.Condition, r.Recovery, r.Target, r.Per, r.Title, r.Message, r.RunbookUrl, r.ReopenMinutes, RuleAction.Parse(r.Action), r.OrganizationId,
        r.SiteId, r.ParentId, r.Starter, r.Version, r.CreatedAt, r.UpdatedAt);
}
