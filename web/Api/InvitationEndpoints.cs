using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Hosting;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class InvitationEndpoints
{
    public sealed record CreateRequest(string? Email, Guid? RoleId, Guid? OrganizationId, string? OrganizationAccess, Guid[]? OrganizationIds, Guid[]? SiteIds)
    {
        public Placement Placement => new(RoleId ?? default, OrganizationId, OrganizationAccess ?? "all", OrganizationIds ?? [], SiteIds);
    }

    public sealed record InvitationItem(
        Guid Id, string Email, Guid RoleId, Guid? OrganizationId, string OrganizationAccess, Guid[] OrganizationIds, Guid[]? SiteIds, Guid? InvitedBy,
        DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? AcceptedAt, DateTimeOffset? RevokedAt)
    {
        public static InvitationItem Of(Invitation i) =>
            new(i.Id, i.Email, i.RoleId, i.OrganizationId, i.OrganizationAccess, i.OrganizationIds, i.SiteIds, i.InvitedBy, i.CreatedAt, i.ExpiresAt, i.AcceptedAt, i.RevokedAt);
    }

    /// <summary>The link is in this answer alone.</summary>
    public sealed record CreatedItem(Guid Id, string Email, DateTimeOffset ExpiresAt, string Link, bool Mailed);

    public static void MapInvitations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/invitations").WithTags("People");
        group.MapGet("", ListAsync).WithMetadata(new RequirePermissionAttribute(Permissions.UsersRead)).Produces<Page<InvitationItem>>();
        group.MapPost("", CreateAsync).WithMetadata(new RequirePermissionAttribute(Permissions.UsersWrite)).Produces<CreatedItem>(201);
        group.MapPost("/{id:guid}/resend", ResendAsync).WithMetadata(new RequirePermissionAttribute(Permissions.UsersWrite)).Produces<CreatedItem>();
        group.MapDelete("/{id:guid}", RevokeAsync).WithMetadata(new RequirePermissionAttribute(Permissions.UsersWrite)).Produces(204);
    }

    static async Task<IResult> ListAsync(BreezeDbContext database, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await database.Invitations.AsNoTracking().Where(i => i.Id > after).OrderBy(i => i.Id).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<InvitationItem>.Cut([.. rows.Select(InvitationItem.Of)], count, i => Cursor.Encode("", i.Id)));
    }

    static async Task<IResult> CreateAsync(
        CreateRequest request, HttpContext http, AccessScope scope, Invitations invitations, AccountMails mails, PublicLinks links, CancellationToken cancellationToken)
    {
        var created = await invitations.CreateAsync(scope, request.Email, request.Placement, cancellationToken);
        return created.Succeeded
            ? Results.Created($"/api/v1/invitations/{created.Value.Invitation.Id}", Answer(created.Value, http, scope, mails, links))
            : created.Refusal.AsProblem();
    }

    static async Task<IResult> ResendAsync(
        Guid id, HttpContext http, AccessScope scope, Invitations invitations, AccountMails mails, PublicLinks links, CancellationToken cancellationToken)
    {
        var created = await invitations.ResendAsync(scope, id, cancellationToken);
        return created.Succeeded ? Results.Ok(Answer(created.Value, http, scope, mails, links)) : created.Refusal.AsProblem();
    }

    static async Task<IResult> RevokeAsync(Guid id, AccessScope scope, Invitations invitations, CancellationToken cancellationToken) =>
        (await invitations.RevokeAsync(scope, id, cancellationToken)).OrNoContent();

    public static CreatedItem Answer(CreatedInvitation created, HttpContext http, AccessScope scope, AccountMails mails, PublicLinks links)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new(created.Invitation.Id, created.Invitation.Email, created.Invitation.ExpiresAt,
            links.ForDisplay(http.Request, AccountMails.InvitationPath(created.Token)), mails.SendInvitation(created, scope.ActorName));
    }
}
