using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Scripts;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Scripts;

/// <summary>The stored scripts of the view.</summary>
[RequirePermission(Permissions.ScriptsRead)]
public sealed class IndexModel(ScriptsDbContext context, BreezeDbContext database, AccessScope scope, TenantView tenant) : PageModel
{
    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    public IReadOnlyList<ScriptRow> Scripts { get; private set; } = [];

    public bool CanWrite => scope.Can(Permissions.ScriptsWrite) && scope.SiteIds is null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await tenant.ResolveAsync(cancellationToken);
        var pattern = Like.Containing(Text ?? "");
        var found = await context.Scripts.AsNoTracking()
            .Where(s => (tenant.OrganizationId == null || s.OrganizationId == null || s.OrganizationId == tenant.OrganizationId)
                && (EF.Functions.ILike(s.Name, pattern, @"\") || EF.Functions.ILike(s.Description, pattern, @"\")))
            .OrderBy(s => s.Name.ToLower()).ThenBy(s => s.Id).Take(ScriptLimits.MostOfAPartner).Select(s => new
            {
                s.Id, s.Name, s.Description, s.Runtime, s.OrganizationId, s.UpdatedAt,
                LastRunAt = context.Executions.Where(x => x.ScriptId == s.Id).OrderByDescending(x => x.Id).Select(x => (DateTimeOffset?)x.CreatedAt).FirstOrDefault(),
            }).ToListAsync(cancellationToken);
        var organizations = found.Select(s => s.OrganizationId).OfType<Guid>().Distinct().ToArray();
        var names = await database.Organizations.Where(o => organizations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellationToken);
        Scripts = [.. found.Select(s => new ScriptRow(s.Id, s.Name, s.Description, s.Runtime, s.OrganizationId is { } o ? names.GetValueOrDefault(o) ?? "" : "Everywhere", s.UpdatedAt, s.LastRunAt))];
        return Request.WantsPartial() ? Partial("_List", this) : Page();
    }
}

/// <summary>A script as the list shows it.</summary>
public sealed record ScriptRow(Guid Id, string Name, string Description, string Runtime, string Place, DateTimeOffset UpdatedAt, DateTimeOffset? LastRunAt);
