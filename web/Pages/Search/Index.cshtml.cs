using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Search;

/// <summary>What the palette finds: pages and devices.</summary>
[RequirePermission(Permissions.DevicesRead)]
public sealed class IndexModel(BreezeDbContext database, ExpressionEngine expressions, AccessScope scope, TenantView tenant) : PageModel
{
    static readonly (string Path, string Text, string Permission)[] AllPages =
    [
        ("/", "Dashboard", Permissions.DevicesRead),
        ("/devices", "Devices", Permissions.DevicesRead),
        ("/devices?status=offline", "Offline devices", Permissions.DevicesRead),
        ("/groups", "Groups", Permissions.GroupsRead),
        ("/actions", "Actions", Permissions.DevicesRead),
        ("/scripts", "Scripts", Permissions.ScriptsRead),
        ("/scripts/new", "New script", Permissions.ScriptsWrite),
        ("/policies", "Policies", Permissions.PoliciesRead),
        ("/policies/new", "New policy", Permissions.PoliciesWrite),
        ("/organizations", "Organizations", Permissions.OrganizationsRead),
        ("/organizations/new", "New organization", Permissions.OrganizationsWrite),
        ("/partners", "Partners", Permissions.PartnersManage),
        ("/settings", "Settings", Permissions.PartnerWrite),
        ("/plugins", "Plugins", Permissions.PluginsRead),
        ("/enrollment", "Enrolment keys", Permissions.EnrollmentRead),
        ("/audit", "Audit log", Permissions.AuditRead),
    ];

    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    public IReadOnlyList<Hit> Pages { get; private set; } = [];

    public IReadOnlyList<Hit> Devices { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var text = Text?.Trim() ?? "";
        Pages = [.. AllPages.Where(p => scope.Can(p.Permission) && p.Text.Contains(text, StringComparison.OrdinalIgnoreCase)).Select(p => new Hit(tenant.Link(p.Path), p.Text, "Page", null))];
        if (DeviceOf(Request.Headers["HX-Current-URL"]) is { } device)
        {
            Pages = [.. PagesOf(device).Where(p => p.Text.Contains(text, StringComparison.OrdinalIgnoreCase)), .. Pages];
        }
        if (text.Length > 0)
        {
            var found = await expressions.ParseAsync(QuickSearch.Expression(text), cancellationToken);
            Devices = found.Expression is null ? [] : await expressions.Filter(database, found.Expression)
                .Where(d => (tenant.OrganizationId == null || d.OrganizationId == tenant.OrganizationId) && (tenant.SiteId == null || d.SiteId == tenant.SiteId))
                .OrderBy(d => (d.DisplayName ?? d.Hostname).ToLower()).ThenBy(d => d.Id).Take(8)
                .Select(d => new Hit(tenant.Link($"/devices/{d.Id}"), d.DisplayName ?? d.Hostname, database.Organizations.Where(o => o.Id == d.OrganizationId).Select(o => o.Name).FirstOrDefault() ?? "", d.Status))
                .ToListAsync(cancellationToken);
        }
        return Request.WantsPartial() ? Partial("_Hits", this) : Page();
    }

    /// <summary>The device on whose page the palette was opened.</summary>
    static Guid? DeviceOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Segments is [_, "devices/", var id, ..] && Guid.TryParse(id.TrimEnd('/'), out var device) ? device : null;

    IEnumerable<Hit> PagesOf(Guid device)
    {
        if (scope.Can(Permissions.RemoteTerminal))
        {
            yield return new Hit($"/devices/{device}/terminal", "Terminal on this device", "Device", null);
        }
        if (scope.Can(Permissions.RemoteFiles))
        {
            yield return new Hit($"/devices/{device}/files", "Files of this device", "Device", null);
        }
    }
}

/// <summary>Something found and where it leads.</summary>
public sealed record Hit(string Path, string Text, string Hint, string? Status);
