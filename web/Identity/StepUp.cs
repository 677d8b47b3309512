using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Frame;

namespace Breeze.Web.Identity;

/// <summary>Asks a person to confirm who they are before a deed that is worth it.</summary>
static class StepUp
{
    /// <summary>Where a browser confirms.</summary>
    public const string Page = "/account/confirm";

    public static bool IsNeeded(HttpContext context, Endpoint endpoint, AccessScope scope, DateTimeOffset now) =>
        endpoint.Metadata.GetMetadata<RequireStepUpAttribute>() is { } rule
        && (BreezeAuthentication.IsApi(context) || HttpMethods.IsPost(context.Request.Method))
        && (rule.Handlers is null || rule.Handlers.Split(',', StringSplitOptions.TrimEntries).Contains(context.Request.Query["handler"].ToString(), StringComparer.OrdinalIgnoreCase))
        && !(rule.AllowKeys && scope.IsKey) && !scope.IsFresh(now);

    /// <summary>The refusal: a problem to a program, a dialog to a page, the way to the form to a browser without script.</summary>
    public static async Task AskAsync(HttpContext context, AccessScope scope)
    {
        if (BreezeAuthentication.IsApi(context))
        {
            var problem = Problem(scope);
            await ApiProblem.WriteAsync(context, problem.Status, problem.Code, problem.Title, problem.Detail);
        }
        else if (context.Request.WantsPartial() || context.Request.Headers.ContainsKey("HX-Request"))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.Headers["HX-Trigger"] = "step-up";
        }
        else
        {
            var from = Uri.TryCreate(context.Request.Headers.Referer, UriKind.Absolute, out var referer) ? referer.PathAndQuery : "/";
            context.Response.Redirect($"{Page}?return={Uri.EscapeDataString(from)}");
        }
    }

    public static (int Status, string Code, string Title, string Detail) Problem(AccessScope scope) => scope.IsKey
        ? (403, "step_up_impossible", "An API key may not do this.", "It takes a person who confirms who they are. Sign in with POST /api/v1/auth/login.")
        : (403, "step_up_required", "Confirm who you are first.",
            $"Send POST /api/v1/auth/step-up with your {(scope.HasMfa ? "code" : "password")}, then send this again within {AccessScope.Freshness.TotalMinutes:0} minutes.");
}
