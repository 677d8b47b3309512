using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Signing in with a password or a passkey.</summary>
[AllowAnonymous]
public sealed class SignInModel(SignInService service, CookieSignIn cookie, Passkeys passkeys, SetupService setup, AccessScope scope) : PageModel
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
            return Refuse("Enter your e-mail address and your password.");
        }
        var result = await service.PasswordAsync(Email, Password, ClientAddress.Of(HttpContext), cancellationToken);
        if (result.MfaRequired)
        {
            MfaCookie.Write(HttpContext, result.MfaToken);
            return LocalRedirect("/sign-in/code" + QueryString.Create("return", Destination));
        }
        if (!result.Succeeded)
        {
            return Refuse(this.ErrorOf(result));
        }
        await cookie.SignInAsync(HttpContext, result.User, result.Method, result.WithMfa, cancellationToken);
        return LocalRedirect(Destination);
    }

    public async Task<IActionResult> OnPostPasskeyOptionsAsync() => PasskeyAnswers.Of(await passkeys.BeginRequestAsync(HttpContext));

    public async Task<IActionResult> OnPostPasskeyAsync(string? credential, string? state, CancellationToken cancellationToken)
    {
        var user = await passkeys.EndRequestAsync(HttpContext, credential, state, cancellationToken);
        var result = await service.PasskeyAsync(user, ClientAddress.Of(HttpContext), cancellationToken);
        if (!result.Succeeded)
        {
            return Refuse(this.ErrorOf(result));
        }
        await cookie.SignInAsync(HttpContext, result.User, result.Method, result.WithMfa, cancellationToken);
        MfaCookie.Remove(HttpContext);
        return LocalRedirect(Destination);
    }

    string Destination => Url.IsLocalUrl(Return) ? Return : "/";

    PageResult Refuse(string error)
    {
        Error = error;
        if (Response.StatusCode == StatusCodes.Status200OK)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        return Page();
    }
}
