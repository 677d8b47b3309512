using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class SiteEndpoints
{
    public sealed record SiteItem(Guid Id, string Name, Guid OrganizationId, string TimeZone, int DeviceCount, DateTimeOffset CreatedAt);

    public sealed record CreateRequest(Guid? OrganizationId, string? Name, string? TimeZone);

    public sealed record UpdateRequest(string? Name, string? TimeZone);

    public sealed record MoveRequest(Guid? TargetSiteId);

    public static void MapSites(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/sites").WithTags("Tenancy");
        group.MapGet("", ListAsync).WithMetadata(new RequirePermissionAttribute(Permissions.SitesRead)).Produces<Page<SiteItem>>();
        group.MapPost("", CreateAsync).WithMetadata(new RequirePermissionAttribute(Permissions.SitesWrite)).Produces<SiteItem>(201);
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(new RequirePermissionAttribute(Permissions.SitesRead)).Produces<SiteItem>();
        group.MapPatch("/{id:guid}", UpdateAsync).WithMetadata(new RequirePermissionAttribute(Permissions.SitesWrite)).Produces<SiteItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(new RequirePermissionAttribute(Permissions.SitesWrite)).Produces(204);
        group.MapPost("/{id:guid}/move-devices", MoveAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesWrite)).Produces<MoveResult>();
    }

    static async Task<IResult> ListAsync(BreezeDbContext database, [FromQuery(Name = "organization_id")] Guid? organizationId, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        // Those of a closed organization show to who asks for that one.
        var sites = organizationId is { } organization
            ? database.Sites.Where(s => s.OrganizationId == organization)
            : database.Sites.Where(s => database.Organizations.Any(o => o.Id == s.OrganizationId && o.Status != TenantStatus.Closed));
        var rows = await Items(database, sites.Where(s => s.Id > after).OrderBy(s => s.Id)).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<SiteItem>.Cut(rows, count, s => Cursor.Encode("", s.Id)));
    }

    static Task<IResult> GetAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) => ShowAsync(database, id, cancellationToken);

    static async Task<IResult> CreateAsync(CreateRequest request, BreezeDbContext database, Sites sites, AccessScope scope, CancellationToken cancellationToken)
    {
        if (request.OrganizationId is not { } organization)
        {
            return ApiProblem.Invalid("organization_id_missing", "Send organization_id: the organization that the site belongs to. GET /api/v1/organizations lists them.");
        }
        var created = await sites.CreateAsync(scope, organization, request.Name, request.TimeZone, cancellationToken);
        return created.Succeeded
            ? Results.Created($"/api/v1/sites/{created.Value.Id}", await Items(database, database.Sites.Where(s => s.Id == created.Value.Id)).SingleAsync(cancellationToken))
            : created.Refusal.AsProblem();
    }

    static async Task<IResult> UpdateAsync(Guid id, UpdateRequest request, BreezeDbContext database, Sites sites, AccessScope scope, CancellationToken cancellationToken)
    {
        var updated = await sites.UpdateAsync(scope, id, request.Name, request.TimeZone, cancellationToken);
        return updated.Succeeded ? await ShowAsync(database, id, cancellationToken) : updated.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, Sites sites, AccessScope scope, CancellationToken cancellationToken) =>
        (await sites.DeleteAsync(scope, id, cancellationToken))?.AsProblem() ?? Results.NoContent();

    static async Task<IResult> MoveAsync(Guid id, MoveRequest request, DeviceMoves moves, AccessScope scope, CancellationToken cancellationToken)
    {
        var moved = await moves.MoveSiteAsync(scope, id, request.TargetSiteId ?? Guid.Empty, cancellationToken);
        return moved.Succeeded ? Results.Ok(moved.Value) : moved.Refusal.AsProblem();
    }

    static async Task<IResult> ShowAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) =>
        await Items(database, database.Sites.Where(s => s.Id == id)).SingleOrDefaultAsync(cancellationToken) is { } site ? Results.Ok(site) : ApiProblem.NotFound("site");

    static IQueryable<SiteItem> Items(BreezeDbContext database, IQueryable<Site> sites) => sites.Select(s =>
        new SiteItem(s.Id, s.Name, s.OrganizationId, s.TimeZone, database.Devices.Count(d => d.SiteId == s.Id), s.CreatedAt));
}
