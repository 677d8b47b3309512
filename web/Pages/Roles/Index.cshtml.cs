using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Roles;

/// <summary>The roles that can be given here.</summary>
[RequirePermission(Permissions.RolesRead)]
public sealed class IndexModel(BreezeDbContext database, AccessScope scope) : PageModel
{
    public IReadOnlyList<(Role Role, int People)> Roles { get; private set; } = [];

    public bool CanWrite => scope.Can(Permissions.RolesWrite) && scope.OrganizationIds is null;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var roles = await database.Roles.AsNoTracking().OrderBy(r => r.PartnerId != null).ThenByDescending(r => r.Scope).ThenBy(r => r.Id).ToListAsync(cancellationToken);
        var partner = await database.PartnerUsers.GroupBy(m => m.RoleId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var organization = await database.OrganizationUsers.GroupBy(m => m.RoleId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        Roles = [.. roles.Select(r => (r, partner.GetValueOrDefault(r.Id) + organization.GetValueOrDefault(r.Id)))];
    }
}
