using Breeze.Core.Auditing;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Ends this browser's session.</summary>
[SignedIn]
public sealed class SignOutModel(CookieSignIn cookie, AccessScope scope, IAuditLog audit) : PageModel
{
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await cookie.SignOutAsync(HttpContext, scope, cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("user.signed_out", "user", scope.UserId.ToString()!), cancellationToken);
        return Redirect("/sign-in");
    }
}
