using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;

namespace Breeze.Web.Api;

static class DeviceMoveEndpoints
{
    public sealed record MoveRequest(Guid? SiteId);

    public sealed record BulkMoveRequest(Guid[]? DeviceIds, Guid? SiteId);

    public static void MapDeviceMoves(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/devices").WithTags("Devices");
        group.MapPost("/{id:guid}/move", MoveAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesWrite)).Produces<MoveResult>();
        group.MapPost("/move", MoveManyAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesWrite)).Produces<MoveResult>();
    }

    static async Task<IResult> MoveAsync(Guid id, MoveRequest request, DeviceMoves moves, AccessScope scope, CancellationToken cancellationToken) =>
        Answer(await moves.MoveAsync(scope, [id], request.SiteId ?? Guid.Empty, cancellationToken));

    static async Task<IResult> MoveManyAsync(BulkMoveRequest request, DeviceMoves moves, AccessScope scope, CancellationToken cancellationToken) =>
        Answer(await moves.MoveAsync(scope, request.DeviceIds ?? [], request.SiteId ?? Guid.Empty, cancellationToken));

    static IResult Answer(Outcome<MoveResult> moved) => moved.Succeeded ? Results.Ok(moved.Value) : moved.Refusal.AsProblem();
}
