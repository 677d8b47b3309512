using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Frame;
using Breeze.Web.Hosting;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Users;

/// <summary>The people within reach, and who is invited.</summary>
[RequirePermission(Permissions.UsersRead)]
public sealed class IndexModel(
    PeopleDirectory people, BreezeDbContext database, AccessScope scope, Invitations invitations, AccountMails mails, PublicLinks links, TimeProvider time) : PageModel
{
    const int PageSize = 100;

    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    [FromQuery(Name = "status")]
    public string? Status { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public PlacementForm Place { get; set; } = new();

    public IReadOnlyList<UserItem> People { get; private set; } = [];

    public string? Next { get; private set; }

    public IReadOnlyList<InvitationRow> Open { get; private set; } = [];

    public PlacementChoices Choices { get; private set; } = null!;

    public string? Error { get; private set; }

    /// <summary>A link just made; it is never shown again.</summary>
    public InvitationLink? Link { get; private set; }

    public bool CanWrite => scope.Can(Permissions.UsersWrite);

    public Guid? Self => scope.UserId;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return !Request.WantsPartial() ? Page() : Partial(Cursor is null ? "_List" : "_Rows", this);
    }

    public async Task<IActionResult> OnPostInviteAsync(CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        return await ShowAsync(await invitations.CreateAsync(scope, Email, Place.ToPlacement(), cancellationToken), cancellationToken);
    }

    public async Task<IActionResult> OnPostResendAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        return await ShowAsync(await invitations.ResendAsync(scope, id, cancellationToken), cancellationToken);
    }

    public async Task<IActionResult> OnPostRevokeAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        return await invitations.RevokeAsync(scope, id, cancellationToken) is null ? Redirect("/users") : NotFound();
    }

    async Task<IActionResult> ShowAsync(Outcome<CreatedInvitation> outcome, CancellationToken cancellationToken)
    {
        if (outcome.Value is { } created)
        {
            Link = new(created.Invitation.Email, links.ForDisplay(Request, AccountMails.InvitationPath(created.Token)), mails.SendInvitation(created, scope.ActorName));
            (Email, Place) = (null, new());
            ModelState.Clear();
        }
        else
        {
            Error = outcome.Refusal!.Detail;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        await LoadAsync(cancellationToken);
        Response.Headers.CacheControl = "no-store";
        return Page();
    }

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        PlaceInList.TryDecode(Cursor, out var name, out var after);
        var page = await people.ListAsync(Text, Status, name, after, PageSize + 1, cancellationToken);
        People = [.. page.Take(PageSize)];
        Next = page.Count > PageSize ? PlaceInList.Encode(People[^1].DisplayName.ToLowerInvariant(), People[^1].Id) : null;
        if (Request.WantsPartial())
        {
            return;
        }
        var now = time.GetUtcNow();
        var open = await (from i in database.Invitations.AsNoTracking()
                          join r in database.Roles on i.RoleId equals r.Id
                          where i.AcceptedAt == null && i.RevokedAt == null
                          orderby i.Id descending
                          select new { Invitation = i, Role = r.Name, Organization = database.Organizations.Where(o => o.Id == i.OrganizationId).Select(o => o.Name).FirstOrDefault() })
            .Take(200).ToListAsync(cancellationToken);
        Open = [.. open.Select(i => new InvitationRow(i.Invitation, i.Role, i.Organization, i.Invitation.ExpiresAt <= now))];
        if (CanWrite)
        {
            Choices = await PlacementChoices.ReadAsync(database, scope, cancellationToken);
            if (!Choices.MayGivePartner)
            {
                Place.Level = "organization";
            }
        }
    }
}

/// <summary>An invitation that waits.</summary>
public sealed record InvitationRow(Invitation Invitation, string Role, string? Organization, bool IsExpired);

/// <summary>A link to hand over, unless a mail has gone already.</summary>
public sealed record InvitationLink(string Email, string Url, bool Mailed);
