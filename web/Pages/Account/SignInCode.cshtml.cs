using Breeze.Core.Identity;
using Breeze.Web.Api;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>The second step of signing in: a code of the authenticator app, or a recovery code.</summary>
[AllowAnonymous]
public sealed class SignInCodeModel(SignInService service, SecondFactors factors, CookieSignIn cookie) : PageModel
{
    [BindProperty]
    public string? Code { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    public string? Error { get; private set; }

    /// <summary>False when the sign-in has ended meanwhile and there is nothing to enter.</summary>
    public bool HasCodes { get; private set; }

    public bool HasApp { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken) ? Page() : StartAgain();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return StartAgain();
        }
        if (string.IsNullOrWhiteSpace(Code))
        {
            Error = "Enter the code.";
        }
        else
        {
            var result = await service.CodeAsync(MfaCookie.Read(HttpContext), Code, ClientAddress.Of(HttpContext), cancellationToken);
            if (result.Succeeded)
            {
                MfaCookie.Remove(HttpContext);
                await cookie.SignInAsync(HttpContext, result.User, result.Method, result.WithMfa, result.Sso, cancellationToken);
                return LocalRedirect(Destination);
            }
            Error = this.ErrorOf(result);
        }
        if (Response.StatusCode == StatusCodes.Status200OK)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        return Page();
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await service.WaitingAsync(MfaCookie.Read(HttpContext), cancellationToken) is not { } user)
        {
            return false;
        }
        HasCodes = true;
        HasApp = (await factors.ReadAsync(user.Id, cancellationToken)).App;
        return true;
    }

    string Destination => Url.IsLocalUrl(Return) ? Return : "/";

    LocalRedirectResult StartAgain() => LocalRedirect("/sign-in" + QueryString.Create("return", Destination));
}
