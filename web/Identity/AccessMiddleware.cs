using System.Security.Claims;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Breeze.Web.Identity;

/// <summary>
/// Between routing and the endpoint: works out the caller's scope and lets through who holds what the endpoint asks for. Nothing else does.
/// </summary>
sealed class AccessMiddleware(RequestDelegate next, ScopeResolver resolver)
{
    public const string StampClaim = "stamp";

    public async Task InvokeAsync(HttpContext context)
    {
        // What is no route is the routing's own refusal: a method or a media type that no endpoint here takes.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(context);
            return;
        }
        if (endpoint.Metadata.GetMetadata<AgentEndpointAttribute>() is not null)
        {
            await next(context);
            return;
        }
        var scope = await ResolveAsync(context);
        context.Features.Set(scope);
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            await next(context);
            return;
        }
        if (scope.UserId is null)
        {
            await RefuseStrangerAsync(context);
            return;
        }
        if (endpoint.Metadata.GetOrderedMetadata<RequirePermissionAttribute>().FirstOrDefault(r => !scope.Can(r.Permission)) is { } missing)
        {
            await RefuseAsync(context, missing.Permission);
            return;
        }
        if (!PermissionGuard.IsDeclared(endpoint))
        {
            // Checked at the start as well; a plugin's endpoint could come later.
            await RefuseAsync(context, "");
            return;
        }
        await next(context);
    }

    async Task<AccessScope> ResolveAsync(HttpContext context)
    {
        if (context.User.Identity?.IsAuthenticated != true || !Guid.TryParse(context.User.FindFirstValue("sub"), out var userId))
        {
            return AccessScope.None;
        }
        Guid? stamp = Guid.TryParse(context.User.FindFirstValue(StampClaim), out var parsed) ? parsed : Guid.Empty;
        return await resolver.ResolveAsync(userId, stamp, context.RequestAborted) is { } scope
            ? scope with { Address = ClientAddress.Of(context) }
            : AccessScope.None;
    }

    static async Task RefuseStrangerAsync(HttpContext context)
    {
        if (BreezeAuthentication.IsApi(context))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await ApiProblem.WriteAsync(context, 401, "unauthenticated", "Sign in first.", "Send a valid token as 'Authorization: Bearer …'; POST /api/v1/auth/login gives one.");
        }
        else
        {
            await context.ChallengeAsync(BreezeAuthentication.Cookie);
        }
    }

    static async Task RefuseAsync(HttpContext context, string permission)
    {
        if (BreezeAuthentication.IsApi(context))
        {
            await ApiProblem.WriteAsync(context, 403, "forbidden", "You may not do this.", $"It takes the permission {permission}; ask an administrator for a role that has it.");
        }
        else
        {
            context.Response.StatusCode = 403;
        }
    }
}
