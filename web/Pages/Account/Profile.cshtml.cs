using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>A person's own name, preferences and memberships.</summary>
[SignedIn]
public sealed class ProfileModel(Accounts accounts, Database database, AccessScope scope) : PageModel
{
    [BindProperty]
    public string? DisplayName { get; set; }

    [BindProperty]
    public string? TimeZone { get; set; }

    public string Email { get; private set; } = "";

    public IReadOnlyList<OwnMembership> Memberships { get; private set; } = [];

    public string? Error { get; private set; }

    public bool IsSaved { get; private set; }

    public static IReadOnlyList<string> TimeZones { get; } = [.. TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Where(z => z.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public async Task OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(keepInput: false, cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Error = (await accounts.SaveProfileAsync(scope, DisplayName, TimeZone, cancellationToken))?.Detail;
        IsSaved = Error is null;
        Response.StatusCode = IsSaved ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        await LoadAsync(keepInput: true, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostSwitchAsync(Guid membershipId, CancellationToken cancellationToken)
    {
        if (await accounts.ActInAsync(scope, membershipId, cancellationToken) is not { } refusal)
        {
            return Redirect("/account/profile");
        }
        if (refusal.Kind == RefusalKind.NotFound)
        {
            return NotFound();
        }
        Error = refusal.Detail;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        await LoadAsync(keepInput: false, cancellationToken);
        return Page();
    }

    /// <summary>As the system, because one's memberships elsewhere are out of the reach that one acts in; only one's own are read.</summary>
    async Task LoadAsync(bool keepInput, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        var user = await context.Users.AsNoTracking().SingleAsync(u => u.Id == scope.UserId, cancellationToken);
        Email = user.Email;
        if (!keepInput)
        {
            DisplayName = user.DisplayName;
            using var preferences = JsonDocument.Parse(user.Preferences);
            TimeZone = preferences.RootElement.TryGetProperty("time_zone", out var zone) ? zone.GetString() : "";
        }
        var partner = await (from m in context.PartnerUsers
                             join p in context.Partners on m.PartnerId equals p.Id
                             join r in context.Roles on m.RoleId equals r.Id
                             where m.UserId == user.Id
                             select new OwnMembership(m.Id, p.Name, null, r.Name, p.Status == TenantStatus.Active)).ToListAsync(cancellationToken);
        var organization = await (from m in context.OrganizationUsers
                                  join p in context.Partners on m.PartnerId equals p.Id
                                  join o in context.Organizations on m.OrganizationId equals o.Id
                                  join r in context.Roles on m.RoleId equals r.Id
                                  where m.UserId == user.Id
                                  select new OwnMembership(m.Id, p.Name, o.Name, r.Name, p.Status == TenantStatus.Active && o.Status == TenantStatus.Active)).ToListAsync(cancellationToken);
        Memberships = [.. partner, .. organization];
    }

    public bool IsCurrent(OwnMembership membership) => membership.Id == scope.MembershipId;
}

/// <summary>A membership as its own person sees it.</summary>
public sealed record OwnMembership(Guid Id, string Partner, string? Organization, string Role, bool IsOpen);
