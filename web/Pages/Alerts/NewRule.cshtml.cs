using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Backtest;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Alerting.Rules;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Alerts;

/// <summary>A new rule; with <c>?of=</c>, one in place of a wider one.</summary>
[RequirePermission(Permissions.AlertRulesWrite)]
public sealed class NewRuleModel(
    AlertingDbContext context, BreezeDbContext database, AlertRules rules, AlertConditions conditions, Backtests backtests, MomentCharts moments, ScriptRuntimes runtimes, AccessScope scope,
    TenantView tenant) : RulePage(database, conditions, backtests, moments, runtimes, scope)
{
    readonly AccessScope _scope = scope;

    [FromQuery(Name = "of")]
    public Guid? Of { get; set; }

    public AlertRule? Parent { get; private set; }

    public override bool CanWrite => true;

    public override bool IsNew => true;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await tenant.ResolveAsync(cancellationToken);
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        var place = tenant.SiteId is { } site ? $"{tenant.OrganizationId}/{site}" : $"{tenant.OrganizationId}";
        Input = Parent is null ? RuleForm.New(place) : RuleForm.Of(Parent);
        Input.Place = place;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        var outcome = await rules.CreateAsync(_scope, Input.Change(Of), cancellationToken);
        if (outcome.Succeeded)
        {
            Response.Toast($"“{outcome.Rule.Name}” watches now.");
            return Redirect($"/alerts/rules/{outcome.Rule.Id}");
        }
        if (await AskAsync(outcome) is { } asked)
        {
            return asked;
        }
        Problem = outcome.Problem;
        return this.Refused(outcome.Problem.Refusal with { Kind = outcome.Problem.Refusal.Kind == RefusalKind.NotFound ? RefusalKind.Invalid : outcome.Problem.Refusal.Kind });
    }

    protected override Task<(Guid? Organization, Guid? Site)?> PlaceAsync(CancellationToken cancellationToken)
    {
        var change = Input.Change(null);
        return Task.FromResult<(Guid?, Guid?)?>((change.OrganizationId, change.SiteId));
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        await LoadChoicesAsync(cancellationToken);
        Parent = Of is null ? null : await context.Rules.AsNoTracking().SingleOrDefaultAsync(r => r.Id == Of, cancellationToken);
        return Of is null || Parent is not null;
    }
}
