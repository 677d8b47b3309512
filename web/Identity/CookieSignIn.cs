using System.Security.Claims;
using Breeze.Core.Identity;
using Microsoft.AspNetCore.Authentication;

namespace Breeze.Web.Identity;

/// <summary>Signs a browser in and out.</summary>
public sealed class CookieSignIn
{
    public Task SignInAsync(HttpContext context, User user)
    {
        var identity = new ClaimsIdentity(
            [new("sub", user.Id.ToString()), new(AccessMiddleware.StampClaim, user.SecurityStamp.ToString()), new(ClaimTypes.Name, user.DisplayName)],
            BreezeAuthentication.Cookie);
        return context.SignInAsync(BreezeAuthentication.Cookie, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
    }

    public Task SignOutAsync(HttpContext context) => context.SignOutAsync(BreezeAuthentication.Cookie);
}
