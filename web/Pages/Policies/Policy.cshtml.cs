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

/// <summary>One policy: what must hold, and the devices with what it says of them.</summary>
[RequirePermission(Permissions.PoliciesRead)]
public sealed class PolicyModel(PoliciesDbContext context, BreezeDbContext database, PolicyResults results, PolicyLibrary library, AccessScope scope, TenantView tenant) : PageModel
{
    const int PageSize = 50;

    [FromRoute]
    public Guid Id { get; set; }

    /// <summary>Only devices in this state.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public Policy Stored { get; private set; } = null!;

    public IReadOnlyList<PolicyCheck> Checks { get; private set; } = [];

    public string Place { get; private set; } = "";

    public string? ChangedBy { get; private set; }

    public PolicyCounts Counts { get; private set; } = PolicyCounts.None;

    public IReadOnlyList<PolicyDevice> Devices { get; private set; } = [];

    public IReadOnlyDictionary<Guid, string> Organizations { get; private set; } = new Dictionary<Guid, string>();

    public string? Next { get; private set; }

    public string? Error { get; private set; }

    public bool CanWrite => PolicyLibrary.MayWrite(scope, Stored.OrganizationId);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        return Request.WantsPartial() ? Partial(Cursor is null ? "_Devices" : "_Rows", this) : Page();
    }

    public async Task<IActionResult> OnPostSwitchAsync(bool enabled, CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.PoliciesWrite))
        {
            return Forbid();
        }
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        var saved = await library.SaveAsync(scope, Id, PolicyInput.Of(Stored).Draft() with { Enabled = enabled }, cancellationToken);
        return saved.Succeeded ? Done($"“{saved.Value.Name}” is {(enabled ? "on" : "off")}.", $"/policies/{Id}") : Refused(saved.Refusal);
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.PoliciesWrite))
        {
            return Forbid();
        }
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        return await library.DeleteAsync(scope, Id, cancellationToken) is { } refusal ? Refused(refusal) : Done("Deleted.", "/policies");
    }

    RedirectResult Done(string text, string next)
    {
        Response.Toast(text);
        return Redirect(tenant.Link(next));
    }

    IActionResult Refused(Refusal refusal)
    {
        Error = refusal.Detail;
        return FormAnswers.Refused(this, refusal);
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await context.Policies.AsNoTracking().SingleOrDefaultAsync(p => p.Id == Id, cancellationToken) is not { } policy)
        {
            return false;
        }
        await tenant.ResolveAsync(cancellationToken);
        (Stored, Checks) = (policy, PolicyCheck.Read(policy.Definition));
        Status = PolicyStatus.All.Contains(Status) ? Status : null;
        Place = policy.OrganizationId is not { } organization ? "For all organizations"
            : $"For {await database.Organizations.Where(o => o.Id == organization).Select(o => o.Name).FirstOrDefaultAsync(cancellationToken)}";
        ChangedBy = await database.Users.Where(u => u.Id == policy.UpdatedBy).Select(u => u.DisplayName).FirstOrDefaultAsync(cancellationToken);
        Counts = (await results.CountAsync([policy], tenant.OrganizationId, tenant.SiteId, cancellationToken)).GetValueOrDefault(Id) ?? PolicyCounts.None;
        var rows = await results.DevicesAsync(
            Id, Status, PlaceInList.TryDecode(Cursor, out var key, out var after) ? (key, after) : null, PageSize + 1, tenant.OrganizationId, tenant.SiteId, cancellationToken);
        Next = rows.Count > PageSize ? PlaceInList.Encode(rows[PageSize - 1].Key, rows[PageSize - 1].Id) : null;
        Devices = [.. rows.Take(PageSize)];
        var organizations = Devices.Select(d => d.OrganizationId).Distinct().ToArray();
        Organizations = await database.Organizations.Where(o => organizations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellationToken);
        return true;
    }
}
