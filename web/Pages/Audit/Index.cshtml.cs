using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Audit;

/// <summary>Who did what, newest first.</summary>
[RequirePermission(Permissions.AuditRead)]
public sealed class IndexModel(BreezeDbContext database, TenantView tenant) : PageModel
{
    const int PageSize = 100;

    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public IReadOnlyList<AuditEntry> Entries { get; private set; } = [];

    public string? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        // A deed belongs to an organization and not to a site, so a site's view shows those of its organization.
        var entries = database.AuditLog.AsNoTracking().Where(a => tenant.OrganizationId == null || a.OrganizationId == tenant.OrganizationId);
        if (!string.IsNullOrWhiteSpace(Text))
        {
            var pattern = Like.Containing(Text);
            var action = Like.Containing(Text.Replace(' ', '_'));
            entries = entries.Where(a => EF.Functions.ILike(a.ActorName, pattern, @"\") || EF.Functions.ILike(a.Action, action, @"\")
                || EF.Functions.ILike(a.TargetId, pattern, @"\") || EF.Functions.ILike(a.Address, pattern, @"\"));
        }
        if (PlaceInList.TryDecode(Cursor, out var ticks, out var id) && long.TryParse(ticks, out var at) && at > 0 && at <= DateTimeOffset.MaxValue.UtcTicks)
        {
            var time = new DateTimeOffset(at, TimeSpan.Zero);
            entries = entries.Where(a => EF.Functions.LessThan(ValueTuple.Create(a.At, a.Id), ValueTuple.Create(time, id)));
        }
        var page = await entries.OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(PageSize + 1).ToListAsync(cancellationToken);
        Entries = [.. page.Take(PageSize)];
        Next = page.Count > PageSize ? PlaceInList.Encode($"{Entries[^1].At.UtcTicks}", Entries[^1].Id) : null;
        return !Request.WantsPartial() ? Page() : Partial(Cursor is null ? "_List" : "_Rows", this);
    }
}
