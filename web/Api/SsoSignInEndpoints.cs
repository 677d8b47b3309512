using Breeze.Core.Identity;
using Breeze.Web.Hosting;
using Breeze.Web.Identity.Sso;

namespace Breeze.Web.Api;

/// <summary>The way out to a provider; <see cref="Pages.SsoCallbackModel"/> is the way back.</summary>
static class SsoSignInEndpoints
{
    public static string StartPath(string slug) => $"/api/v1/auth/sso/{slug}";

    public static string CallbackPath(string slug) => $"/sso/callback/{slug}";

    public static void MapSsoSignIn(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/auth/sso/{provider}", StartAsync).WithTags("Authentication").AllowAnonymous().Produces(302);

    /// <summary>For a browser, so that its answers are redirects: to the provider, or to a page that says why not.</summary>
    static async Task<IResult> StartAsync(
        string provider, HttpContext context, SsoProviders providers, SsoTickets tickets, OidcClient oidc, PublicLinks links, CancellationToken cancellationToken)
    {
        if (await providers.FindEnabledAsync(provider, cancellationToken) is not { } found)
        {
            return Results.Redirect("/sso/unavailable");
        }
        var returnTo = context.Request.Query["return"].ToString();
        var ticket = tickets.Start(context, found.Provider, links.ForDisplay(context.Request, CallbackPath(found.Provider.Slug)), IsLocal(returnTo) ? returnTo : "/");
        var target = await oidc.BeginAsync(found.Provider, ticket, cancellationToken);
        return Results.Redirect(target.Succeeded ? target.Value : $"/sso/unavailable?reason={target.Refusal.Code}");
    }

    /// <summary>A path of ours and nothing that a browser takes for another host.</summary>
    static bool IsLocal(string path) => path is ['/', ..] && path is not (['/', '/', ..] or ['/', '\\', ..]) && !path.Any(char.IsControl);
}
