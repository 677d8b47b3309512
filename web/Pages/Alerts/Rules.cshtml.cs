using Breeze.Core.Devices.Bulk;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Rules;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Alerts;

/// <summary>The alert rules of the view: those of the partner, and those of its organizations and sites.</summary>
[RequirePermission(Permissions.AlertsRead)]
public sealed class RulesModel(AlertingDbContext context, BreezeDbContext database, AlertRules rules, AccessScope scope, TenantView tenant) : PageModel
{
    public IReadOnlyList<RuleRow> Rules { get; private set; } = [];

    public bool CanWrite => scope.Can(Permissions.AlertRulesWrite);

    public async Task OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken);

    /// <summary>Switches a rule on or off.</summary>
    public async Task<IActionResult> OnPostSwitchAsync(Guid rule, bool enabled, CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        var outcome = await rules.UpdateAsync(scope, rule, new AlertRuleChange { Enabled = enabled }, cancellationToken);
        if (!outcome.Succeeded && outcome.Problem.Refusal.Kind == RefusalKind.NotFound)
        {
            return NotFound();
        }
        if (!outcome.Succeeded && outcome.Problem.Refusal.Code == BulkActions.StepUpRequired && !scope.IsKey)
        {
            await StepUp.AskAsync(HttpContext, scope);
            return new EmptyResult();
        }
        Response.Toast(outcome.Succeeded ? $"“{outcome.Rule.Name}” is {(enabled ? "on" : "off")}." : outcome.Problem.Refusal.Detail, outcome.Succeeded);
        return Redirect(tenant.Link("/alerts/rules"));
    }

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        await tenant.ResolveAsync(cancellationToken);
        var found = await context.Rules.AsNoTracking().Where(r => tenant.OrganizationId == null || r.OrganizationId == null || r.OrganizationId == tenant.OrganizationId)
            .OrderBy(r => r.Name).ThenBy(r => r.Id).Take(AlertRules.MostOfAPartner).ToListAsync(cancellationToken);
        var open = await context.Alerts.Where(a => a.RuleId != null && (a.Status == AlertStatus.Firing || a.Status == AlertStatus.Acknowledged))
            .GroupBy(a => a.RuleId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var organizations = found.Select(r => r.OrganizationId).OfType<Guid>().Distinct().ToArray();
        var organizationNames = await database.Organizations.Where(o => organizations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellationToken);
        var sites = found.Select(r => r.SiteId).OfType<Guid>().Distinct().ToArray();
        var siteNames = await database.Sites.Where(s => sites.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.Name, cancellationToken);
        Rules = [.. found.Select(r => new RuleRow(r, Place(r), open.GetValueOrDefault(r.Id), CanWrite && AlertRules.MayWrite(scope, r)))];

        string Place(AlertRule rule) => rule.OrganizationId is not { } organization ? "Everywhere"
            : rule.SiteId is { } site ? $"{organizationNames.GetValueOrDefault(organization)} › {siteNames.GetValueOrDefault(site)}" : organizationNames.GetValueOrDefault(organization) ?? "";
    }
}

/// <summary>A rule as the list shows it.</summary>
public sealed record RuleRow(AlertRule Rule, string Place, int Open, bool MayWrite);
