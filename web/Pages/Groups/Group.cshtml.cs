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

/// <summary>One group and its devices within the view.</summary>
[RequirePermission(Permissions.GroupsRead)]
public sealed class GroupModel(BreezeDbContext database, DeviceGroups groups, DynamicGroups dynamic, AccessScope scope, TenantView tenant) : PageModel
{
    const int Shown = 500;
    const int ChangesShown = 50;

    /// <summary>Of a dynamic group: the device list shows all, and its expression and log must be at hand.</summary>
    const int FoundShown = 20;

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public DeviceGroup Group { get; private set; } = null!;

    public string? Organization { get; private set; }

    public IReadOnlyList<GroupDeviceRow> Devices { get; private set; } = [];

    public bool IsDynamic => Group.Kind == "dynamic";

    /// <summary>As typed, or as it is.</summary>
    public string? Expression { get; private set; }

    public GroupPreview Preview { get; private set; } = GroupPreview.Empty;

    /// <summary>Whether there may be more members than are shown.</summary>
    public bool HasMore => IsDynamic && Devices.Count == FoundShown;

    public IReadOnlyList<GroupChangeRow> Changes { get; private set; } = [];

    public string? Error { get; private set; }

    public bool CanWrite => scope.Can(Permissions.GroupsWrite) && (Group.OrganizationId is not null || scope.OrganizationIds is null);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken) ? Page() : NotFound();

    /// <summary>What the expression that is being typed finds now.</summary>
    public async Task<IActionResult> OnGetPreviewAsync(string? expression, CancellationToken cancellationToken) =>
        await database.DeviceGroups.AsNoTracking().SingleOrDefaultAsync(g => g.Id == Id, cancellationToken) is { } group
            ? Partial("_Preview", await GroupPreview.OfAsync(dynamic, scope, expression, group.OrganizationId, cancellationToken))
            : NotFound();

    public Task<IActionResult> OnPostRenameAsync(string? name, string? expression, CancellationToken cancellationToken)
    {
        Expression = expression;
        return ActAsync("Saved.", $"/groups/{Id}", async () => (await groups.UpdateAsync(scope, Id, name ?? "", expression, cancellationToken)).Refusal, cancellationToken);
    }

    public Task<IActionResult> OnPostTakeAsync(Guid device, CancellationToken cancellationToken) =>
        ActAsync("Taken out.", $"/groups/{Id}", async () => (await groups.RemoveAsync(scope, Id, [device], cancellationToken)).Refusal, cancellationToken);

    public Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken) =>
        ActAsync("Removed.", "/groups", () => groups.DeleteAsync(scope, Id, cancellationToken), cancellationToken);

    async Task<IActionResult> ActAsync(string done, string next, Func<Task<Refusal?>> act, CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.GroupsWrite))
        {
            return Forbid();
        }
        if (await act() is not { } refusal)
        {
            Response.Toast(done);
            return Redirect(next);
        }
        Error = refusal.Detail;
        return await LoadAsync(cancellationToken) ? this.Refused(refusal) : NotFound();
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await database.DeviceGroups.AsNoTracking().SingleOrDefaultAsync(g => g.Id == Id, cancellationToken) is not { } group)
        {
            return false;
        }
        Group = group;
        Organization = await database.Organizations.Where(o => o.Id == group.OrganizationId).Select(o => o.Name).FirstOrDefaultAsync(cancellationToken);
        Devices = await (from m in database.DeviceGroupMembers
                         join d in database.Devices on m.DeviceId equals d.Id
                         where m.GroupId == Id && (tenant.OrganizationId == null || d.OrganizationId == tenant.OrganizationId) && (tenant.SiteId == null || d.SiteId == tenant.SiteId)
                         orderby d.Hostname, d.Id
                         select new GroupDeviceRow(d.Id, d.DisplayName ?? d.Hostname, d.Status,
                             database.Organizations.Where(o => o.Id == d.OrganizationId).Select(o => o.Name).FirstOrDefault() ?? "",
                             database.Sites.Where(s => s.Id == d.SiteId).Select(s => s.Name).FirstOrDefault() ?? "")).Take(IsDynamic ? FoundShown : Shown).ToListAsync(cancellationToken);
        if (IsDynamic)
        {
            Expression ??= group.Expression;
            Preview = CanWrite ? await GroupPreview.OfAsync(dynamic, scope, Expression, group.OrganizationId, cancellationToken) : Preview;
            Changes = await (from c in database.DeviceGroupChanges
                             join d in database.Devices on c.DeviceId equals d.Id
                             where c.GroupId == Id
                             orderby c.Id descending
                             select new GroupChangeRow(d.Id, d.DisplayName ?? d.Hostname, c.Change, c.At)).Take(ChangesShown).ToListAsync(cancellationToken);
        }
        return true;
    }
}

/// <summary>A device that joined or left.</summary>
public sealed record GroupChangeRow(Guid DeviceId, string Name, string Change, DateTimeOffset At);

/// <summary>A device in a group.</summary>
public sealed record GroupDeviceRow(Guid Id, string Name, string Status, string Organization, string Site);
