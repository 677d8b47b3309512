using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>What stands in front of devices.</summary>
static class DependencyEndpoints
{
    public sealed record DependenciesRequest(Guid[]? UpstreamIds);

    public sealed record GatewayRequest(Guid? DeviceId);

    public sealed record GatewayItem(Guid? DeviceId);

    public static void MapDependencies(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/devices/{id:guid}/dependencies", ListAsync).WithTags("Devices").WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead)).Produces<Page<UpstreamDevice>>();
        routes.MapPut("/api/v1/devices/{id:guid}/dependencies", SetAsync).WithTags("Devices").WithMetadata(new RequirePermissionAttribute(Permissions.DevicesWrite)).Produces<Page<UpstreamDevice>>();
        routes.MapGet("/api/v1/sites/{id:guid}/gateway", GatewayAsync).WithTags("Tenancy").WithMetadata(new RequirePermissionAttribute(Permissions.SitesRead)).Produces<GatewayItem>();
        routes.MapPut("/api/v1/sites/{id:guid}/gateway", SetGatewayAsync).WithTags("Tenancy").WithMetadata(new RequirePermissionAttribute(Permissions.SitesWrite)).Produces<GatewayItem>();
    }

    static async Task<IResult> ListAsync(Guid id, BreezeDbContext database, DeviceDependencies dependencies, AccessScope scope, CancellationToken cancellationToken) =>
        await database.Devices.AnyAsync(d => d.Id == id, cancellationToken) ? Results.Ok(new Page<UpstreamDevice>(await dependencies.OfAsync(scope, id, cancellationToken), null)) : ApiProblem.NotFound("device");

    /// <summary>All that it names, in place of what it named before; the site's gateway stays.</summary>
    static async Task<IResult> SetAsync(Guid id, DependenciesRequest request, DeviceDependencies dependencies, AccessScope scope, CancellationToken cancellationToken) =>
        await dependencies.SetAsync(scope, id, request.UpstreamIds ?? [], cancellationToken) is { } refusal ? refusal.AsProblem()
            : Results.Ok(new Page<UpstreamDevice>(await dependencies.OfAsync(scope, id, cancellationToken), null));

    static async Task<IResult> GatewayAsync(Guid id, BreezeDbContext database, DeviceDependencies dependencies, AccessScope scope, CancellationToken cancellationToken) =>
        await database.Sites.AnyAsync(s => s.Id == id, cancellationToken) ? Results.Ok(new GatewayItem(await dependencies.GatewayAsync(scope, id, cancellationToken))) : ApiProblem.NotFound("site");

    static async Task<IResult> SetGatewayAsync(Guid id, GatewayRequest request, DeviceDependencies dependencies, AccessScope scope, CancellationToken cancellationToken) =>
        await dependencies.SetGatewayAsync(scope, id, request.DeviceId, cancellationToken) is { } refusal ? refusal.AsProblem() : Results.Ok(new GatewayItem(request.DeviceId));
}
