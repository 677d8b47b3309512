using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class EnrollmentKeyEndpoints
{
    public sealed record CreateRequest(Guid? SiteId, string? Name, int? MaxUses, int? ExpiresInHours, bool? RequiresApproval);

    public sealed record KeyItem(Guid Id, string Name, Guid SiteId, Guid OrganizationId, int Uses, int? MaxUses, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset CreatedAt, bool RequiresApproval);

    public static void MapEnrollmentKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/enrollment-keys").WithTags("Enrolment");
        group.MapGet("", ListAsync).WithMetadata(new RequirePermissionAttribute(Permissions.EnrollmentRead)).Produces<Page<KeyItem>>();
        group.MapPost("", CreateAsync).WithMetadata(new RequirePermissionAttribute(Permissions.EnrollmentWrite)).Produces<CreatedEnrollmentKey>(201)
            .WithMetadata(new RequireStepUpAttribute { AllowKeys = true });
        group.MapDelete("/{id:guid}", RevokeAsync).WithMetadata(new RequirePermissionAttribute(Permissions.EnrollmentWrite)).Produces(204);
    }

    static async Task<IResult> CreateAsync(CreateRequest request, AccessScope scope, EnrollmentService enrollment, CancellationToken cancellationToken)
    {
        if (request.SiteId is not { } siteId)
        {
            return ApiProblem.Invalid("site_id_missing", "Send site_id: the site that devices enrol into. GET /api/v1/sites lists them.");
        }
        if (request.MaxUses is < 1 or > 1_000_000)
        {
            return ApiProblem.Invalid("max_uses_invalid", "max_uses must lie between 1 and 1000000; leave it out for no limit.");
        }
        if (request.ExpiresInHours is < 1 or > 87_600)
        {
            return ApiProblem.Invalid("expires_in_hours_invalid", "expires_in_hours must lie between 1 and 87600; leave it out for a key that does not expire.");
        }
        var key = await enrollment.CreateKeyAsync(scope, siteId, request.Name, request.MaxUses, request.ExpiresInHours, request.RequiresApproval ?? false, cancellationToken);
        return key is null ? ApiProblem.NotFound("site") : Results.Created($"/api/v1/enrollment-keys/{key.Id}", key);
    }

    static async Task<IResult> ListAsync(BreezeDbContext database, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await database.EnrollmentKeys.Where(k => k.Id > after).OrderBy(k => k.Id).Take(count + 1)
            .Select(k => new KeyItem(k.Id, k.Name, k.SiteId, k.OrganizationId, k.Uses, k.MaxUses, k.ExpiresAt, k.RevokedAt, k.CreatedAt, k.RequiresApproval)).ToListAsync(cancellationToken);
        return Results.Ok(Page<KeyItem>.Cut(rows, count, k => Cursor.Encode("", k.Id)));
    }

    static async Task<IResult> RevokeAsync(Guid id, AccessScope scope, EnrollmentService enrollment, CancellationToken cancellationToken) =>
        await enrollment.RevokeKeyAsync(scope, id, cancellationToken) ? Results.NoContent() : ApiProblem.NotFound("enrollment_key");
}
