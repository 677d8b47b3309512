using System.Net;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Breeze.Web.Identity;

/// <summary>
/// Between routing and the endpoint: works out the caller's scope and lets through who holds what the endpoint asks for. Nothing else does.
/// </summary>
sealed class AccessMiddleware(RequestDelegate next, ScopeResolver resolver, TimeProvider time)
{
    const string KeyScheme = "Bearer " + ApiKeys.Prefix;

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
        if (scope.MustSetUpMfa && endpoint.Metadata.GetMetadata<SignedInAttribute>() is null)
        {
            await RefuseWithoutMfaAsync(context);
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
        if (StepUp.IsNeeded(context, endpoint, scope, time.GetUtcNow()))
        {
            await StepUp.AskAsync(context, scope);
            return;
        }
        await next(context);
    }

    async Task<AccessScope> ResolveAsync(HttpContext context)
    {
        AccessScope? scope = null;
        var authorization = context.Request.Headers.Authorization.ToString();
        if (BreezeAuthentication.IsApi(context) && authorization.StartsWith(KeyScheme, StringComparison.OrdinalIgnoreCase))
        {
            scope = await resolver.ResolveKeyAsync(authorization["Bearer ".Length..], context.Connection.RemoteIpAddress ?? IPAddress.None, context.RequestAborted);
        }
        else if (context.User.Identity?.IsAuthenticated == true && SessionClaims.TryRead(context.User, out var userId, out var sessionId, out var stamp))
        {
            scope = await resolver.ResolveAsync(sessionId, userId, stamp, context.RequestAborted);
        }
        return scope is null ? AccessScope.None : scope with { Address = ClientAddress.Of(context) };
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

    static async Task RefuseWithoutMfaAsync(HttpContext context)
    {
        if (BreezeAuthentication.IsApi(context))
        {
            await ApiProblem.WriteAsync(context, 403, "mfa_setup_required", "Set up a second factor first.",
                "Your partner or role asks for one. Sign in to the web console, which leads you through it.");
        }
        else
        {
            context.Response.Redirect("/account/security");
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
