using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Identity;
using Breeze.Web.Identity.Sso;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Where a provider sends the browser back to.</summary>
[AllowAnonymous]
[ResponseCache(NoStore = true)]
public sealed class SsoCallbackModel(
    SsoProviders providers, SsoTickets tickets, SsoSecrets secrets, OidcClient oidc, SsoSignIn signIn, SignInService door, CookieSignIn cookie, IAuditLog audit) : PageModel
{
    const string Ended = "This sign-in was not begun in this browser, or has ended. Start it again.";

    public string Error { get; private set; } = Ended;

    public async Task<IActionResult> OnGetAsync(string slug, string? state, string? code, string? error, CancellationToken cancellationToken)
    {
        if (await providers.FindEnabledAsync(slug, cancellationToken) is not { } found)
        {
            return Redirect("/sso/unavailable");
        }
        if (await tickets.RedeemAsync(HttpContext, found.Provider, state) is not { } ticket)
        {
            return await RefuseAsync(found.Provider, "state_invalid", Ended, cancellationToken);
        }
        if (string.IsNullOrEmpty(code))
        {
            return await RefuseAsync(found.Provider, error == "access_denied" ? "access_denied" : "provider_error",
                error == "access_denied" ? "You stopped the sign-in. Start it again when you like." : $"{found.Provider.Name} did not complete the sign-in. Try again.", cancellationToken);
        }
        var secret = found.ProtectedSecret is { } stored ? secrets.Unprotect(stored) : null;
        var identity = await oidc.CompleteAsync(found.Provider, secret, ticket, code, cancellationToken);
        if (!identity.Succeeded)
        {
            return await RefuseAsync(found.Provider, identity.Refusal.Code, identity.Refusal.Detail, cancellationToken);
        }
        var person = await signIn.ResolveAsync(found.Provider, identity.Value, ClientAddress.Of(HttpContext), cancellationToken);
        if (!person.Succeeded)
        {
            return Fail(person.Refusal.Detail);
        }
        if (await door.SecondStepAsync(person.Value, identity.Value.WithMfa, cancellationToken) is { MfaToken: { } token })
        {
            MfaCookie.Write(HttpContext, token);
            return LocalRedirect("/sign-in/code" + QueryString.Create("return", ticket.Return));
        }
        await cookie.SignInAsync(HttpContext, person.Value.User, SignInMethods.Sso, identity.Value.WithMfa, person.Value, cancellationToken);
        return LocalRedirect(ticket.Return);
    }

    async Task<IActionResult> RefuseAsync(SsoProvider provider, string code, string words, CancellationToken cancellationToken)
    {
        await audit.WriteAsync(AccessScope.None, new AuditRecord("user.sign_in_refused", "sso_provider", provider.Id.ToString())
        {
            PartnerId = provider.PartnerId, Address = ClientAddress.Of(HttpContext), Detail = $$"""{"method":"sso","reason":"{{code}}"}""",
        }, cancellationToken);
        return Fail(words);
    }

    PageResult Fail(string words)
    {
        Error = words;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
