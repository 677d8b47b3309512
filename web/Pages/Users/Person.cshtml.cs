using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Hosting;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Users;

/// <summary>One person: what they may do and reach, where they are signed in, and what an administrator can do about it.</summary>
[RequirePermission(Permissions.UsersRead)]
[RequireStepUp(Handlers = "Reset")]
public sealed class PersonModel(
    PeopleDirectory people, BreezeDbContext database, AccessScope scope, Memberships memberships, Accounts accounts, PasswordResets resets, PublicLinks links) : PageModel
{
    [BindProperty]
    public PlacementForm Place { get; set; } = new();

    public UserItem Person { get; private set; } = null!;

    public PlacementChoices Choices { get; private set; } = null!;

    public IReadOnlyList<string> Denied { get; private set; } = [];

    public IReadOnlyList<(Guid OrganizationId, Guid? SiteId, string Name, bool IsDenied)> Places { get; private set; } = [];

    /// <summary>Null when they are not the caller's to see; <see cref="SessionsNote"/> then says why.</summary>
    public IReadOnlyList<UserSession>? SignedIn { get; private set; }

    public string? SessionsNote { get; private set; }

    public string? Error { get; private set; }

    public string? ResetLink { get; private set; }

    public bool IsSelf => Person.Id == scope.UserId;

    public bool CanWrite => scope.Can(Permissions.UsersWrite) && !IsSelf;

    public bool CanDeny => CanWrite && scope.OrganizationIds is null;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken) => await LoadAsync(id, cancellationToken) ? Page() : NotFound();

    public Task<IActionResult> OnPostMembershipAsync(Guid id, Guid membershipId, CancellationToken cancellationToken) =>
        DoAsync(id, () => memberships.ChangeAsync(scope, id, membershipId, Place.ToPlacement(), cancellationToken), cancellationToken);

    public async Task<IActionResult> OnPostRemoveAsync(Guid id, Guid membershipId, CancellationToken cancellationToken) =>
        await DoAsync(id, () => memberships.EndAsync(scope, id, membershipId, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostStatusAsync(Guid id, string? status, CancellationToken cancellationToken) =>
        DoAsync(id, () => accounts.SetStatusAsync(scope, id, status, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostEndSessionAsync(Guid id, Guid? sessionId, CancellationToken cancellationToken) =>
        DoAsync(id, () => accounts.EndSessionsAsync(scope, id, sessionId, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostDenyAsync(Guid id, string[] denied, CancellationToken cancellationToken) => DoAsync(id, () =>
    {
        var wanted = new List<(Guid, Guid?)>();
        foreach (var parts in denied.Select(d => d.Split('/')))
        {
            if (Guid.TryParse(parts[0], out var organization))
            {
                wanted.Add((organization, parts.Length > 1 && Guid.TryParse(parts[1], out var site) ? site : null));
            }
        }
        return memberships.DenyAsync(scope, id, wanted, cancellationToken);
    }, cancellationToken);

    public async Task<IActionResult> OnPostResetAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.UsersWrite))
        {
            return Forbid();
        }
        var token = await resets.CreateForAsync(scope, id, cancellationToken);
        ResetLink = token.Value is { } made ? links.ForDisplay(Request, AccountMails.ResetPath(made)) : null;
        Error = token.Refusal?.Detail;
        Response.StatusCode = token.Succeeded ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        Response.Headers.CacheControl = "no-store";
        return await LoadAsync(id, cancellationToken) ? Page() : NotFound();
    }

    async Task<IActionResult> DoAsync(Guid id, Func<Task<Refusal?>> deed, CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.UsersWrite))
        {
            return Forbid();
        }
        var refusal = await deed();
        if (refusal?.Kind == RefusalKind.NotFound)
        {
            return NotFound();
        }
        if (refusal is null)
        {
            // Who has no membership left within reach is not to be seen any more.
            return Redirect(await people.FindAsync(id, cancellationToken) is null ? "/users" : $"/users/{id}");
        }
        Error = refusal.Detail;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await LoadAsync(id, cancellationToken) ? Page() : NotFound();
    }

    public static PlacementForm FormOf(MembershipItem m) => m.Level == "organization"
        ? new() { Level = "organization", OrganizationRoleId = m.RoleId, OrganizationId = m.OrganizationId, SiteIds = m.SiteIds ?? [] }
        : new() { Level = m.OrganizationAccess ?? "all", PartnerRoleId = m.RoleId, OrganizationIds = m.OrganizationIds ?? [] };

    async Task<bool> LoadAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await people.FindAsync(id, cancellationToken) is not { } person)
        {
            return false;
        }
        Person = person;
        Choices = await PlacementChoices.ReadAsync(database, scope, cancellationToken);
        if (CanWrite)
        {
            var sessions = await accounts.SessionsAsync(scope, id, cancellationToken);
            (SignedIn, SessionsNote) = (sessions.Value, sessions.Refusal?.Detail);
        }
        if (CanDeny)
        {
            var denials = await database.AccessDenials.AsNoTracking().Where(d => d.UserId == id).ToListAsync(cancellationToken);
            Places =
            [
                .. Choices.Organizations.Select(o => (o.Id, (Guid?)null, o.Name, denials.Any(d => d.OrganizationId == o.Id && d.SiteId == null))),
                .. Choices.Sites.Select(s => (s.OrganizationId, (Guid?)s.Id, s.Name, denials.Any(d => d.SiteId == s.Id))),
            ];
        }
        return true;
    }
}
