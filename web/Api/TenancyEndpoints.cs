using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class TenancyEndpoints
{
    public sealed record OrganizationItem(Guid Id, string Name, string Status, DateTimeOffset CreatedAt);

    public sealed record SiteItem(Guid Id, string Name, Guid OrganizationId, string TimeZone, DateTimeOffset CreatedAt);

    public static void MapTenancy(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Tenancy");
        group.MapGet("/organizations", OrganizationsAsync).WithMetadata(new RequirePermissionAttribute(Permissions.OrganizationsRead)).Produces<Page<OrganizationItem>>();
        group.MapGet("/organizations/{id:guid}", OrganizationAsync).WithMetadata(new RequirePermissionAttribute(Permissions.OrganizationsRead)).Produces<OrganizationItem>();
        group.MapGet("/sites", SitesAsync).WithMetadata(new RequirePermissionAttribute(Permissions.SitesRead)).Produces<Page<SiteItem>>();
        group.MapGet("/sites/{id:guid}", SiteAsync).WithMetadata(new RequirePermissionAttribute(Permissions.SitesRead)).Produces<SiteItem>();
    }

    static async Task<IResult> OrganizationsAsync(BreezeDbContext database, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await database.Organizations.Where(o => o.Id > after).OrderBy(o => o.Id).Take(count + 1)
            .Select(o => new OrganizationItem(o.Id, o.Name, o.Status, o.CreatedAt)).ToListAsync(cancellationToken);
        return Results.Ok(Page<OrganizationItem>.Cut(rows, count, o => Cursor.Encode("", o.Id)));
    }

    static async Task<IResult> OrganizationAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) =>
        await database.Organizations.Where(o => o.Id == id).Select(o => new OrganizationItem(o.Id, o.Name, o.Status, o.CreatedAt)).SingleOrDefaultAsync(cancellationToken)
            is { } organization ? Results.Ok(organization) : ApiProblem.NotFound("organization");

    static async Task<IResult> SitesAsync(BreezeDbContext database, [FromQuery(Name = "organization_id")] Guid? organizationId, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await database.Sites.Where(s => s.Id > after && (organizationId == null || s.OrganizationId == organizationId)).OrderBy(s => s.Id).Take(count + 1)
            .Select(s => new SiteItem(s.Id, s.Name, s.OrganizationId, s.TimeZone, s.CreatedAt)).ToListAsync(cancellationToken);
        return Results.Ok(Page<SiteItem>.Cut(rows, count, s => Cursor.Encode("", s.Id)));
    }

    static async Task<IResult> SiteAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) =>
        await database.Sites.Where(s => s.Id == id).Select(s => new SiteItem(s.Id, s.Name, s.OrganizationId, s.TimeZone, s.CreatedAt)).SingleOrDefaultAsync(cancellationToken)
            is { } site ? Results.Ok(site) : ApiProblem.NotFound("site");
}
