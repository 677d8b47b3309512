using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Groups;

/// <summary>The device groups of the view.</summary>
[RequirePermission(Permissions.GroupsRead)]
public sealed class IndexModel(BreezeDbContext database, DeviceGroups groups, DynamicGroups dynamic, AccessScope scope, TenantView tenant) : PageModel
{
    const int Shown = 500;

    [BindProperty]
    public GroupForm Input { get; set; } = new();

    public IReadOnlyList<GroupRow> Groups { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> Organizations { get; private set; } = [];

    public string? Error { get; private set; }

    public GroupPreview Preview { get; private set; } = GroupPreview.Empty;

    public bool CanWrite => scope.Can(Permissions.GroupsWrite);

    /// <summary>Whether a group across organizations is theirs to make.</summary>
    public bool CanSpan => scope.OrganizationIds is null;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Input.OrganizationId = tenant.OrganizationId;
        await LoadAsync(cancellationToken);
    }

    /// <summary>What the expression that is being typed finds now.</summary>
    public async Task<IActionResult> OnGetPreviewAsync(CancellationToken cancellationToken) => Partial("_Preview", await GroupPreview.OfAsync(
        dynamic, scope, Request.Query["Input.Expression"], Guid.TryParse(Request.Query["Input.OrganizationId"], out var organization) ? organization : null, cancellationToken));

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        var created = await groups.CreateAsync(
            scope, Input.Name, string.IsNullOrWhiteSpace(Input.Expression) ? "static" : "dynamic", Input.Expression, Input.OrganizationId, cancellationToken);
        if (created.Succeeded)
        {
            return Redirect($"/groups/{created.Value.Id}");
        }
        Error = created.Refusal.Detail;
        Preview = await GroupPreview.OfAsync(dynamic, scope, Input.Expression, Input.OrganizationId, cancellationToken);
        await LoadAsync(cancellationToken);
        return this.Refused(created.Refusal);
    }

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        Groups = await database.DeviceGroups.Where(g => tenant.OrganizationId == null || g.OrganizationId == null || g.OrganizationId == tenant.OrganizationId)
            .OrderBy(g => g.Name).Take(Shown).Select(g => new GroupRow(
                g.Id, g.Name, g.Expression, database.Organizations.Where(o => o.Id == g.OrganizationId).Select(o => o.Name).FirstOrDefault(),
                database.DeviceGroupMembers.Count(m => m.GroupId == g.Id && database.Devices.Any(d => d.Id == m.DeviceId
                    && (tenant.OrganizationId == null || d.OrganizationId == tenant.OrganizationId) && (tenant.SiteId == null || d.SiteId == tenant.SiteId))),
                g.CreatedAt)).ToListAsync(cancellationToken);
        Organizations = CanWrite ? await Choices.OrganizationsAsync(database, cancellationToken) : [];
    }
}

/// <summary>A group as the list shows it; no organization means all.</summary>
public sealed record GroupRow(Guid Id, string Name, string? Expression, string? Organization, int Devices, DateTimeOffset CreatedAt);

/// <summary>What a new group shall be.</summary>
public sealed class GroupForm
{
    public string? Name { get; set; }

    public Guid? OrganizationId { get; set; }

    /// <summary>Empty for a group whose devices are picked by hand.</summary>
    public string? Expression { get; set; }
}
