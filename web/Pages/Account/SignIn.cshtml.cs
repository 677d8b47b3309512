using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Signing in with a password.</summary>
[AllowAnonymous]
public sealed class SignInModel(SignInService service, CookieSignIn cookie, SetupService setup, AccessScope scope) : PageModel
{
    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    public string? Error { get; private set; }

    public IActionResult OnGet()
    {
        if (scope.UserId is not null)
        {
            return LocalRedirect(Destination);
        }
        if (setup.IsSetupPending)
        {
            Error = "Breeze is not set up yet. Open the one-time link that it printed on its console.";
        }
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(Email) || string.IsNullOrEmpty(Password))
        {
            Error = "Enter your e-mail address and your password.";
        }
        else
        {
            var result = await service.PasswordAsync(Email, Password, ClientAddress.Of(HttpContext), cancellationToken);
            if (result.Succeeded)
            {
                await cookie.SignInAsync(HttpContext, result.User, SignInMethods.Password, withMfa: false, cancellationToken);
                return LocalRedirect(Destination);
            }
            Error = result.Error;
        }
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    string Destination => Url.IsLocalUrl(Return) ? Return : "/";
}
