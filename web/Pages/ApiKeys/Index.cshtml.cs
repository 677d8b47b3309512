using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Breeze.Web.Pages.Roles;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.ApiKeys;

/// <summary>Keys for programs: one's own, and for who administers the partner's people everybody's.</summary>
[RequirePermission(Core.Identity.Permissions.ApiKeysWrite)]
[RequireStepUp(Handlers = "Create")]
public sealed class IndexModel(BreezeDbContext database, AccessScope scope, Core.Identity.ApiKeys keys, TimeProvider time) : PageModel
{
    const int Shown = 500;

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string[] Permissions { get; set; } = [];

    [BindProperty]
    public int? Days { get; set; } = 90;

    [BindProperty]
    public string? Networks { get; set; }

    public IReadOnlyList<KeyRow> Keys { get; private set; } = [];

    /// <summary>A key just made; it is never shown again.</summary>
    public string? NewKey { get; private set; }

    public string? Error { get; private set; }

    public PermissionBoxes Boxes => PermissionBoxes.Of(scope, "key", Permissions);

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    public async Task<IActionResult> OnPostCreateAsync(CancellationToken cancellationToken)
    {
        if (Days is < 1 or > 3650)
        {
            Error = "A key can be valid for 1 to 3650 days; leave it empty for one that does not end.";
        }
        else
        {
            var networks = (Networks ?? "").Split([' ', ',', ';', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
            DateTimeOffset? ends = Days is { } days ? time.GetUtcNow().AddDays(days) : null;
            var created = await keys.CreateAsync(scope, new(Name, Permissions, ends, networks), cancellationToken);
            (NewKey, Error) = (created.Value?.Key, created.Refusal?.Detail);
        }
        if (Error is null)
        {
            (Name, Permissions, Networks) = (null, [], null);
            ModelState.Clear();
        }
        await LoadAsync(cancellationToken);
        Response.StatusCode = Error is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        Response.Headers.CacheControl = "no-store";
        return Page();
    }

    public async Task<IActionResult> OnPostRevokeAsync(Guid id, CancellationToken cancellationToken) =>
        await keys.RevokeAsync(scope, id, cancellationToken) is null ? Redirect("/api-keys") : NotFound();

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var everybody = scope.Can(Core.Identity.Permissions.UsersWrite);
        var rows = await (from k in database.ApiKeys.AsNoTracking()
                          join u in database.Users on k.UserId equals u.Id
                          where everybody || k.UserId == scope.UserId
                          orderby k.RevokedAt != null, k.Id descending
                          select new { Key = k, Owner = u.DisplayName }).Take(Shown).ToListAsync(cancellationToken);
        Keys = [.. rows.Select(r => new KeyRow(r.Key, r.Owner, r.Key.RevokedAt is not null ? "revoked" : r.Key.ExpiresAt <= now ? "expired" : "active"))];
    }
}

/// <summary>A key as the list shows it.</summary>
public sealed record KeyRow(ApiKey Key, string Owner, string State);
