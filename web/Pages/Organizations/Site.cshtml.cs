using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Organizations;

/// <summary>One site: its name, its devices' move, its removal.</summary>
[RequirePermission(Permissions.SitesWrite)]
public sealed class SiteModel(BreezeDbContext database, Sites sites, DeviceMoves moves, DeviceDependencies dependencies, AccessScope scope) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public SiteForm Input { get; set; } = new();

    public Site Site { get; private set; } = null!;

    public string Organization { get; private set; } = "";

    public int Devices { get; private set; }

    public IReadOnlyList<(Guid Id, string Name)> Targets { get; private set; } = [];

    /// <summary>The name of the device in front of the others; empty for none.</summary>
    public string Gateway { get; private set; } = "";

    public IReadOnlyList<string> GatewayChoices { get; private set; } = [];

    public string? Error { get; private set; }

    public bool CanMove => scope.Can(Permissions.DevicesWrite);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input = new() { Name = Site.Name, TimeZone = Site.TimeZone };
        return Page();
    }

    public async Task<IActionResult> OnPostEditAsync(CancellationToken cancellationToken) =>
        await AnswerAsync((await sites.UpdateAsync(scope, Id, Input.Name ?? "", Input.TimeZone ?? "", cancellationToken)).Refusal, "Saved.", cancellationToken);

    public async Task<IActionResult> OnPostMoveAsync(Guid? target, CancellationToken cancellationToken)
    {
        if (!CanMove)
        {
            return Forbid();
        }
        var moved = await moves.MoveSiteAsync(scope, Id, target ?? Guid.Empty, cancellationToken);
        return await AnswerAsync(moved.Refusal, $"Moved {Units.Of(moved.Value?.Moved ?? 0, "device", "devices")}.", cancellationToken);
    }

    public async Task<IActionResult> OnPostGatewayAsync(string? gateway, CancellationToken cancellationToken)
    {
        var organization = await database.Sites.Where(s => s.Id == Id).Select(s => (Guid?)s.OrganizationId).FirstOrDefaultAsync(cancellationToken);
        if (organization is null)
        {
            return NotFound();
        }
        var (device, problem) = string.IsNullOrWhiteSpace(gateway) ? (null, null) : await DeviceChoice.FindAsync(database, organization.Value, gateway, cancellationToken);
        return await AnswerAsync(problem is null ? await dependencies.SetGatewayAsync(scope, Id, device, cancellationToken) : Refusal.Invalid("gateway_invalid", problem), "Saved.", cancellationToken);
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        var organization = await database.Sites.Where(s => s.Id == Id).Select(s => s.OrganizationId).FirstOrDefaultAsync(cancellationToken);
        if (await sites.DeleteAsync(scope, Id, cancellationToken) is { } refusal)
        {
            return await AnswerAsync(refusal, "", cancellationToken);
        }
        // The view of the site is gone with it.
        HttpContext.Response.Redirect($"/organizations/{organization}");
        return new EmptyResult();
    }

    async Task<IActionResult> AnswerAsync(Refusal? refusal, string done, CancellationToken cancellationToken)
    {
        if (refusal is null)
        {
            Response.Toast(done);
            return Redirect($"/sites/{Id}");
        }
        Error = refusal.Detail;
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input.Name ??= Site.Name;
        Input.TimeZone ??= Site.TimeZone;
        return this.Refused(refusal);
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await database.Sites.AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id, cancellationToken) is not { } site)
        {
            return false;
        }
        Site = site;
        Organization = await database.Organizations.Where(o => o.Id == site.OrganizationId).Select(o => o.Name).FirstOrDefaultAsync(cancellationToken) ?? "";
        Devices = await database.Devices.CountAsync(d => d.SiteId == Id, cancellationToken);
        var gateway = await dependencies.GatewayAsync(scope, Id, cancellationToken);
        Gateway = gateway is null ? "" : await database.Devices.Where(d => d.Id == gateway).Select(d => d.DisplayName ?? d.Hostname).FirstOrDefaultAsync(cancellationToken) ?? "";
        GatewayChoices = await DeviceChoice.NamesAsync(database, site.OrganizationId, Id, cancellationToken);
        Targets = [.. (await Choices.SitesAsync(database, cancellationToken)).Where(s => s.Id != Id)];
        return true;
    }
}

/// <summary>What changes about a site.</summary>
public sealed class SiteForm
{
    public string? Name { get; set; }

    public string? TimeZone { get; set; }
}
