using Breeze.Core.Identity;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Frame;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Devices;

/// <summary>Why nobody is told of a device's alerts: windows that it is in, and what stands in front of it.</summary>
public sealed partial class DeviceModel
{
    public IReadOnlyList<CurrentWindow> Windows { get; private set; } = [];

    public IReadOnlyList<UpstreamDevice> Upstreams { get; private set; } = [];

    public IReadOnlyList<string> UpstreamChoices { get; private set; } = [];

    public bool CanEdit => scope.Can(Permissions.DevicesWrite);

    public async Task<IActionResult> OnPostDependAsync(string? upstream, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanEdit)
        {
            return Forbid();
        }
        var (found, problem) = await DeviceChoice.FindAsync(database, Device.OrganizationId, upstream, cancellationToken);
        return found is null ? Answer(problem) : await SetAsync(ids => ids.Append(found.Value), cancellationToken);
    }

    public async Task<IActionResult> OnPostIndependentAsync(Guid upstream, CancellationToken cancellationToken) =>
        !await LoadAsync(cancellationToken) ? NotFound() : !CanEdit ? Forbid() : await SetAsync(ids => ids.Where(id => id != upstream), cancellationToken);

    async Task<IActionResult> SetAsync(Func<IEnumerable<Guid>, IEnumerable<Guid>> change, CancellationToken cancellationToken)
    {
        var now = (await dependencies.OfAsync(scope, Id, cancellationToken)).Where(u => !u.IsGateway).Select(u => u.Id);
        return Answer((await dependencies.SetAsync(scope, Id, [.. change(now)], cancellationToken))?.Detail);
    }

    RedirectResult Answer(string? problem)
    {
        Response.Toast(problem ?? "Saved.", problem is null);
        return Redirect($"/devices/{Id}");
    }

    async Task LoadWindowsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Windows = await alerting.Database.SqlQuery<CurrentWindow>(
            $"""
            SELECT w.id, w.name, m.until_at FROM maintenance_devices m JOIN maintenance_windows w ON w.id = m.window_id
            WHERE m.device_id = {Id} AND m.from_at <= {now} AND m.until_at > {now} AND w.enabled ORDER BY m.until_at, w.id
            """).ToListAsync(cancellationToken);
    }

    async Task LoadUpstreamsAsync(CancellationToken cancellationToken)
    {
        Upstreams = await dependencies.OfAsync(scope, Id, cancellationToken);
        UpstreamChoices = CanEdit ? await DeviceChoice.NamesAsync(database, Device.OrganizationId, Device.SiteId, cancellationToken) : [];
    }
}

/// <summary>A window that lasts.</summary>
public sealed record CurrentWindow(Guid Id, string Name, DateTimeOffset UntilAt);
