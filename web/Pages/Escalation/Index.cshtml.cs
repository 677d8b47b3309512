using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Escalation;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Escalation;

/// <summary>The escalation policies, and which routes lead to them.</summary>
[RequirePermission(Permissions.NotificationsRead)]
public sealed class IndexModel(AlertingDbContext context, BreezeDbContext database, AccessScope scope, TenantView tenant) : PageModel
{
    public IReadOnlyList<PolicyRow> Rows { get; private set; } = [];

    public bool CanWrite => scope.Can(Permissions.NotificationsWrite);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var only = tenant.OrganizationId;
        var policies = await context.Policies.AsNoTracking().Where(p => only == null || p.OrganizationId == null || p.OrganizationId == only).OrderBy(p => p.Name).ThenBy(p => p.Id).ToListAsync(cancellationToken);
        var routes = (await context.Routes.AsNoTracking().Where(r => r.PolicyId != null).Select(r => new { r.PolicyId, r.Name }).ToListAsync(cancellationToken)).ToLookup(r => r.PolicyId, r => r.Name);
        var organizations = await database.Organizations.Select(o => new { o.Id, o.Name }).ToDictionaryAsync(o => o.Id, o => o.Name, cancellationToken);
        Rows =
        [
            .. policies.Select(p =>
            {
                var steps = EscalationStep.Parse(p.Steps);
                return new PolicyRow(
                    p.Id, p.Name, steps.Count, steps.Sum(s => s.AfterMinutes), p.Repeats, [.. routes[p.Id]],
                    p.OrganizationId is { } organization ? organizations.GetValueOrDefault(organization, "an organization") : "all");
            }),
        ];
    }
}

/// <summary>A policy in the list.</summary>
/// <param name="Minutes">From the first step to the last.</param>
public sealed record PolicyRow(Guid Id, string Name, int Steps, int Minutes, int Repeats, IReadOnlyList<string> Routes, string Organization);
