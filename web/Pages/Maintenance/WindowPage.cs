using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Frame;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Maintenance;

/// <summary>What the pages of a new window and of one that is there have in common: the form, and what it would come to.</summary>
public abstract class WindowPage(BreezeDbContext database, MaintenanceWindows windows, WindowCheck check, AccessScope scope, TimeProvider time) : PageModel
{
    const int Shown = 5;
    const int Most = 1000;

    protected BreezeDbContext Database => database;

    protected MaintenanceWindows Windows => windows;

    protected AccessScope Scope => scope;

    protected TimeProvider Time => time;

    [BindProperty(SupportsGet = true)]
    public WindowForm Input { get; set; } = new();

    /// <summary>Null for a new one.</summary>
    public MaintenanceWindow? Window { get; protected set; }

    public IReadOnlyList<(string Value, string Name)> Places { get; private set; } = [];

    public WindowPreview Preview { get; private set; } = new([], null, "UTC", null);

    public string? Error { get; protected set; }

    public abstract bool CanWrite { get; }

    protected abstract Task<bool> FindAsync(CancellationToken cancellationToken);

    /// <summary>When what is being typed would come, and for how many devices.</summary>
    public async Task<IActionResult> OnGetPreviewAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken))
        {
            return NotFound();
        }
        await LookAheadAsync(cancellationToken);
        return Partial("_Preview", Preview);
    }

    protected async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (Window is null)
        {
            var organizations = await Choices.OrganizationsAsync(database, cancellationToken);
            var sites = await database.Sites.OrderBy(s => s.Name).Take(Most).Select(s => new { s.Id, s.OrganizationId, s.Name }).ToListAsync(cancellationToken);
            Places =
            [
                .. scope.OrganizationIds is null ? [("", "all organizations")] : Array.Empty<(string, string)>(),
                .. organizations.SelectMany(o => (IEnumerable<(string, string)>)
                    [.. scope.SiteIds is null ? [($"{o.Id}", o.Name)] : Array.Empty<(string, string)>(), .. sites.Where(s => s.OrganizationId == o.Id).Select(s => ($"{o.Id}/{s.Id}", $"{o.Name} › {s.Name}"))]),
            ];
        }
        await LookAheadAsync(cancellationToken);
    }

    async Task LookAheadAsync(CancellationToken cancellationToken)
    {
        var draft = Input.Draft();
        var window = new MaintenanceWindow
        {
            PartnerId = scope.PartnerId ?? Guid.Empty, OrganizationId = Window is { } there ? there.OrganizationId : draft.OrganizationId, SiteId = Window is { } same ? same.SiteId : draft.SiteId,
        };
        // A window without a name yet is one all the same.
        Preview = await check.ApplyAsync(window, draft with { Name = string.IsNullOrWhiteSpace(draft.Name) ? "New" : draft.Name }, cancellationToken) is { } refusal
            ? new([], null, "UTC", refusal.Detail)
            : new(MaintenanceTimes.Next(window, time.GetUtcNow(), Shown), await windows.CountAsync(scope, window, cancellationToken), window.TimeZone, null);
    }
}

/// <summary>What a form would come to, or what is wrong with it.</summary>
public sealed record WindowPreview(IReadOnlyList<Occurrence> Next, int? Devices, string Zone, string? Problem);
