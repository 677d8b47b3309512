using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Ends this browser's session.</summary>
[SignedIn]
public sealed class SignOutModel(CookieSignIn cookie) : PageModel
{
    public async Task<IActionResult> OnPostAsync()
    {
        await cookie.SignOutAsync(HttpContext);
        return Redirect("/sign-in");
    }
}
