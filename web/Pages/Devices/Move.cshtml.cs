using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Devices;

/// <summary>Moves one device to another site.</summary>
[RequirePermission(Permissions.DevicesWrite)]
public sealed class MoveModel(BreezeDbContext database, DeviceMoves moves, AccessScope scope) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public string Name { get; private set; } = "";

    public string Place { get; private set; } = "";

    public IReadOnlyList<(Guid Id, string Name)> Targets { get; private set; } = [];

    public string? Error { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid? target, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        var moved = await moves.MoveAsync(scope, [Id], target ?? Guid.Empty, cancellationToken);
        if (moved.Succeeded)
        {
            // Out of the view, perhaps, in which it was.
            HttpContext.Response.Redirect($"/devices/{Id}");
            return new EmptyResult();
        }
        Error = moved.Refusal.Detail;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var device = await database.Devices.AsNoTracking().Where(d => d.Id == Id).Select(d => new { Name = d.DisplayName ?? d.Hostname, d.SiteId }).SingleOrDefaultAsync(cancellationToken);
        if (device is null)
        {
            return false;
        }
        Name = device.Name;
        var sites = await Choices.SitesAsync(database, cancellationToken);
        Place = sites.FirstOrDefault(s => s.Id == device.SiteId).Name ?? "a site of a suspended organization";
        Targets = [.. sites.Where(s => s.Id != device.SiteId)];
        return true;
    }
}
