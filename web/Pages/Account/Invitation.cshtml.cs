using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Behind an invitation's link: a new account, or the membership for the one that is signed in.</summary>
[AllowAnonymous]
[ResponseCache(NoStore = true)]
public sealed class InvitationModel(InvitationAcceptance invitations, CookieSignIn cookie, RateLimiter limiter, AccessScope scope) : PageModel
{
    [BindProperty]
    public string? DisplayName { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public string Token { get; private set; } = "";

    /// <summary>Null when the link is not good any more.</summary>
    public OpenInvitation? Open { get; private set; }

    public string? Error { get; private set; }

    public string? SignedInAs => scope.UserId is null ? null : scope.ActorName;

    public Task<IActionResult> OnGetAsync(string token, CancellationToken cancellationToken) => ShowAsync(token, null, cancellationToken);

    public async Task<IActionResult> OnPostAsync(string token, CancellationToken cancellationToken)
    {
        var from = AddressKey.Of(ClientAddress.Of(HttpContext));
        if (await limiter.CheckAsync(RateLimit.AddressFailures, from) is { } wait)
        {
            Error = Core.Identity.SignInResult.Wait(wait).Error;
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Page();
        }
        var accepted = await invitations.AcceptAsync(token, DisplayName, Password, ClientAddress.Of(HttpContext), cancellationToken);
        if (!accepted.Succeeded)
        {
            await limiter.CountAsync(RateLimit.AddressFailures, from);
            return await ShowAsync(token, accepted.Refusal, cancellationToken);
        }
        await cookie.SignInAsync(HttpContext, accepted.Value, SignInMethods.Invitation, withMfa: false, cancellationToken);
        return Redirect("/");
    }

    /// <summary>For who has an account and is signed in to it.</summary>
    public async Task<IActionResult> OnPostJoinAsync(string token, CancellationToken cancellationToken)
    {
        if (scope.UserId is null)
        {
            return Redirect($"/sign-in?return={Uri.EscapeDataString(Request.Path)}");
        }
        var accepted = await invitations.AcceptAsync(token, scope, cancellationToken);
        return accepted.Succeeded ? Redirect("/account/profile") : await ShowAsync(token, accepted.Refusal, cancellationToken);
    }

    async Task<IActionResult> ShowAsync(string token, Refusal? refusal, CancellationToken cancellationToken)
    {
        Token = token;
        Open = await invitations.FindAsync(token, cancellationToken);
        Error = refusal?.Detail;
        Response.StatusCode = Open is null ? StatusCodes.Status404NotFound : refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
