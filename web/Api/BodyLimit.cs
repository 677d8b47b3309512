using Breeze.Web.Identity;
using Microsoft.AspNetCore.Http.Metadata;

namespace Breeze.Web.Api;

/// <summary>
/// The largest body of an endpoint that sets no limit of its own. The limit of Kestrel would do, but that hangs up on who sends more, and
/// then most clients report a broken connection instead of the answer.
/// </summary>
sealed class BodyLimit(RequestDelegate next)
{
    const int Maximum = 2 << 20;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint || !BreezeAuthentication.IsApi(context)
            || endpoint.Metadata.GetMetadata<AgentEndpointAttribute>() is not null || endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is not null)
        {
            return next(context);
        }
        if (context.Request.ContentLength > Maximum)
        {
            return ApiProblem.WriteAsync(context, 413, "body_too_large", "The body is too large.", $"This endpoint takes at most {Maximum >> 10} KiB.");
        }
        if (context.Request.ContentLength is null)
        {
            context.Request.Body = new LimitedStream(context.Request.Body, Maximum);
        }
        return next(context);
    }
}
