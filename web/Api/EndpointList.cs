using Breeze.Core.Identity;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Api;

/// <summary>The route table with what each route asks of its caller: for whoever puts roles together, and for the test that tries them all.</summary>
static class EndpointList
{
    public sealed record EndpointItem(string Method, string Route, string Kind, IReadOnlyList<string> Permissions, string Access, bool StepUp);

    public static void MapEndpointList(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/endpoints", List).WithTags("Roles")
        .WithMetadata(new RequirePermissionAttribute(Permissions.RolesRead)).Produces<Page<EndpointItem>>();

    static IResult List(IEnumerable<EndpointDataSource> sources) => Results.Ok(new Page<EndpointItem>(
        [.. sources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().SelectMany(Describe).Distinct().OrderBy(e => e.Route, StringComparer.Ordinal).ThenBy(e => e.Method, StringComparer.Ordinal)], null));

    static IEnumerable<EndpointItem> Describe(RouteEndpoint endpoint)
    {
        var isPage = endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null;
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } named ? named : isPage ? ["GET", "POST"] : ["*"];
        var access = endpoint.Metadata.GetMetadata<AgentEndpointAttribute>() is not null ? "agent"
            : endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "anonymous"
            : endpoint.Metadata.GetMetadata<RequirePermissionAttribute>() is not null ? "permission" : "signed_in";
        return methods.Select(method => new EndpointItem(
            method, $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}", isPage ? "page" : "endpoint",
            [.. endpoint.Metadata.GetOrderedMetadata<RequirePermissionAttribute>().Select(r => r.Permission)], access, endpoint.Metadata.GetMetadata<RequireStepUpAttribute>() is not null));
    }
}
