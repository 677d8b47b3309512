using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Policies;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Policies;

/// <summary>The policies of the view.</summary>
[RequirePermission(Permissions.PoliciesRead)]
public sealed class IndexModel(PoliciesDbContext context, BreezeDbContext database, PolicyResults results, AccessScope scope, TenantView tenant) : PageModel
{
    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    public IReadOnlyList<PolicyRow> Policies { get; private set; } = [];

    public bool CanWrite => scope.Can(Permissions.PoliciesWrite) && scope.SiteIds is null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await tenant.ResolveAsync(cancellationToken);
        var pattern = Like.Containing(Text ?? "");
        var found = await context.Policies.AsNoTracking()
            .Where(p => (tenant.OrganizationId == null || p.OrganizationId == null || p.OrganizationId == tenant.OrganizationId)
                && (EF.Functions.ILike(p.Name, pattern, @"\") || EF.Functions.ILike(p.Description, pattern, @"\")))
            .OrderBy(p => p.Name.ToLower()).ThenBy(p => p.Id).Take(PolicyLimits.MostOfAPartner).ToListAsync(cancellationToken);
        var organizations = found.Select(p => p.OrganizationId).OfType<Guid>().Distinct().ToArray();
        var names = await database.Organizations.Where(o => organizations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellationToken);
        var counts = await results.CountAsync(found, tenant.OrganizationId, tenant.SiteId, cancellationToken);
        Policies = [.. found.Select(p => new PolicyRow(p, p.OrganizationId is { } o ? names.GetValueOrDefault(o) ?? "" : "Everywhere", counts.GetValueOrDefault(p.Id) ?? PolicyCounts.None))];
        return Request.WantsPartial() ? Partial("_List", this) : Page();
    }
}
