using Breeze.Web.Hosting;
using Microsoft.AspNetCore.Authorization;

namespace Breeze.Web.Identity;

/// <summary>Default deny, checked at the start: an endpoint that does not say who may use it keeps the server from starting.</summary>
static class PermissionGuard
{
    public static void Check(IEnumerable<EndpointDataSource> sources)
    {
        var open = sources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().Where(e => !IsDeclared(e)).Select(e => e.DisplayName ?? e.RoutePattern.RawText).ToList();
        if (open.Count > 0)
        {
            throw new StartupException($"These endpoints do not declare a permission: {string.Join(", ", open)}. Add [RequirePermission], [SignedIn], [AgentEndpoint] or [AllowAnonymous].");
        }
    }

    public static bool IsDeclared(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<RequirePermissionAttribute>() is not null || endpoint.Metadata.GetMetadata<SignedInAttribute>() is not null
        || endpoint.Metadata.GetMetadata<AgentEndpointAttribute>() is not null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
}
