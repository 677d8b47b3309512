using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Backtest;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Rules;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Alerts;

/// <summary>One rule: its form, what it raised, how it was before.</summary>
[RequirePermission(Permissions.AlertsRead)]
public sealed class RuleModel(
    AlertingDbContext context, BreezeDbContext database, AlertRules rules, AlertConditions conditions, Backtests backtests, MomentCharts moments, ScriptRuntimes runtimes, AlertRows rows, AccessScope scope)
    : RulePage(database, conditions, backtests, moments, runtimes, scope)
{
    const int Shown = 20;

    readonly BreezeDbContext _database = database;
    readonly AccessScope _scope = scope;

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public AlertRule Rule { get; private set; } = null!;

    public string Place { get; private set; } = "";

    public IReadOnlyList<AlertRow> Alerts { get; private set; } = [];

    public IReadOnlyList<AlertRuleVersion> Versions { get; private set; } = [];

    public AlertRule? Parent { get; private set; }

    public IReadOnlyList<AlertRule> Children { get; private set; } = [];

    public override RuleAction? Action => RuleAction.Parse(Rule.Action);

    public override bool CanWrite => _scope.Can(Permissions.AlertRulesWrite) && AlertRules.MayWrite(_scope, Rule);

    /// <summary>Whether an organization or site can have a rule in place of this one.</summary>
    public bool CanOverride => _scope.Can(Permissions.AlertRulesWrite) && Rule.SiteId is null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input = RuleForm.Of(Rule);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!_scope.Can(Permissions.AlertRulesWrite))
        {
            return Forbid();
        }
        return await DoneAsync(await rules.UpdateAsync(_scope, Id, Input.Change(null), cancellationToken), "Saved.", cancellationToken);
    }

    public async Task<IActionResult> OnPostRestoreAsync(int version, CancellationToken cancellationToken)
    {
        if (!_scope.Can(Permissions.AlertRulesWrite))
        {
            return Forbid();
        }
        return await DoneAsync(await rules.RestoreAsync(_scope, Id, version, cancellationToken), $"As in version {version} again.", cancellationToken);
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        if (!_scope.Can(Permissions.AlertRulesWrite))
        {
            return Forbid();
        }
        if (await rules.DeleteAsync(_scope, Id, cancellationToken) is not { } refusal)
        {
            Response.Toast("Removed.");
            return Redirect("/alerts/rules");
        }
        return await DoneAsync(new RuleProblem(refusal), "", cancellationToken);
    }

    protected override async Task<(Guid? Organization, Guid? Site)?> PlaceAsync(CancellationToken cancellationToken) =>
        await context.Rules.AsNoTracking().SingleOrDefaultAsync(r => r.Id == Id, cancellationToken) is { } rule ? (rule.OrganizationId, rule.SiteId) : null;

    async Task<IActionResult> DoneAsync(RuleOutcome outcome, string done, CancellationToken cancellationToken)
    {
        if (outcome.Succeeded)
        {
            Response.Toast(done);
            return Redirect($"/alerts/rules/{Id}");
        }
        if (await AskAsync(outcome) is { } asked)
        {
            return asked;
        }
        Problem = outcome.Problem;
        return await LoadAsync(cancellationToken) ? this.Refused(outcome.Problem.Refusal with { Kind = RefusalKind.Invalid }) : NotFound();
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await context.Rules.AsNoTracking().SingleOrDefaultAsync(r => r.Id == Id, cancellationToken) is not { } rule)
        {
            return false;
        }
        Rule = rule;
        await LoadChoicesAsync(cancellationToken);
        var organization = await _database.Organizations.Where(o => o.Id == rule.OrganizationId).Select(o => o.Name).FirstOrDefaultAsync(cancellationToken);
        var site = await _database.Sites.Where(s => s.Id == rule.SiteId).Select(s => s.Name).FirstOrDefaultAsync(cancellationToken);
        Place = organization is null ? "For all organizations" : site is null ? $"For {organization}" : $"For {organization} › {site}";
        Parent = rule.ParentId is null ? null : await context.Rules.AsNoTracking().SingleOrDefaultAsync(r => r.Id == rule.ParentId, cancellationToken);
        Children = await context.Rules.AsNoTracking().Where(r => r.ParentId == Id).OrderBy(r => r.Name).Take(Shown).ToListAsync(cancellationToken);
        var alerts = await context.Alerts.AsNoTracking().Where(a => a.RuleId == Id && a.Status != AlertStatus.Pending).OrderByDescending(a => a.ShownAt).ThenByDescending(a => a.Id).Take(Shown).ToListAsync(cancellationToken);
        Alerts = await rows.OfAsync(alerts, cancellationToken);
        Versions = await context.RuleVersions.AsNoTracking().Where(v => v.RuleId == Id).OrderByDescending(v => v.Version).Take(Shown).ToListAsync(cancellationToken);
        return true;
    }
}
