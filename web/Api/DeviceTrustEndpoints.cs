using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>Approval, quarantine and tokens of devices.</summary>
static class DeviceTrustEndpoints
{
    public sealed record QuarantineRequest(string? Reason);

    public static void MapDeviceTrust(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/devices/{id:guid}").WithTags("Devices").WithMetadata(new RequirePermissionAttribute(Permissions.DevicesManage));
        group.MapPost("/approve", ApproveAsync).Produces(204);
        group.MapPost("/quarantine", QuarantineAsync).Produces(204);
        group.MapPost("/release", ReleaseAsync).Produces(204);
        group.MapPost("/rotate-token", RotateAsync).Produces(202);
        group.MapPost("/revoke-token", RevokeAsync).Produces(204);
    }

    static Task<IResult> ApproveAsync(Guid id, BreezeDbContext database, AccessScope scope, DeviceTrust trust, CancellationToken cancellationToken) => ForAsync(
        database, id, async () => await trust.ApproveAsync(scope, id, cancellationToken)
            ? Results.NoContent()
            : ApiProblem.Result(409, "device_not_waiting", "The device does not wait for approval.", "There is nothing to do."), cancellationToken);

    static Task<IResult> QuarantineAsync(
        Guid id, QuarantineRequest request, BreezeDbContext database, AccessScope scope, DeviceTrust trust, CancellationToken cancellationToken) => ForAsync(database, id, async () =>
        {
            if (request.Reason?.Trim() is not { Length: > 0 and <= DeviceTrust.MaximumReason } reason)
            {
                return ApiProblem.Invalid("reason_invalid", $"Send reason: why the device is cut off, in 1 to {DeviceTrust.MaximumReason} characters.");
            }
            return await trust.QuarantineAsync(scope, id, reason, cancellationToken)
                ? Results.NoContent()
                : ApiProblem.Result(409, "device_quarantined", "The device is in quarantine.", "Release it first to give another reason.");
        }, cancellationToken);

    static Task<IResult> ReleaseAsync(Guid id, BreezeDbContext database, AccessScope scope, DeviceTrust trust, CancellationToken cancellationToken) => ForAsync(
        database, id, async () => await trust.ReleaseAsync(scope, id, cancellationToken)
            ? Results.NoContent()
            : ApiProblem.Result(409, "device_not_quarantined", "The device is not in quarantine.", "There is nothing to do."), cancellationToken);

    static Task<IResult> RotateAsync(Guid id, BreezeDbContext database, AccessScope scope, DeviceTrust trust, CancellationToken cancellationToken) => ForAsync(database, id, async () =>
        {
            await trust.RequestRotationAsync(scope, id, cancellationToken);
            return Results.Accepted();
        }, cancellationToken);

    static Task<IResult> RevokeAsync(Guid id, BreezeDbContext database, AccessScope scope, DeviceTrust trust, CancellationToken cancellationToken) => ForAsync(database, id, async () =>
        {
            await trust.RevokeTokensAsync(scope, id, cancellationToken);
            return Results.NoContent();
        }, cancellationToken);

    static async Task<IResult> ForAsync(BreezeDbContext database, Guid id, Func<Task<IResult>> act, CancellationToken cancellationToken) =>
        await database.Devices.AnyAsync(d => d.Id == id, cancellationToken) ? await act() : ApiProblem.NotFound("device");
}
