using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Step-up: a signed-in person shows again who they are, on a page or in a dialog over one.</summary>
[SignedIn]
public sealed class ConfirmModel(Confirmations confirmations, Passkeys passkeys, SecondFactors factors, AccessScope scope) : PageModel
{
    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    public string? Error { get; private set; }

    public bool HasApp { get; private set; }

    public bool HasPasskeys { get; private set; }

    public bool AsksForCode => HasApp || HasPasskeys;

    public bool IsDialog => Request.WantsPartial();

    public string Destination => Url.IsLocalUrl(Return) ? Return : "/";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await FormAsync(null, cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await confirmations.ConfirmAsync(scope, Password, Code, cancellationToken) is { } refusal ? await FormAsync(this.ErrorOf(refusal), cancellationToken) : Done();

    public async Task<IActionResult> OnPostPasskeyOptionsAsync() => PasskeyAnswers.Of(await passkeys.BeginRequestAsync(HttpContext));

    public async Task<IActionResult> OnPostPasskeyAsync(string? credential, string? state, CancellationToken cancellationToken)
    {
        var user = await passkeys.EndRequestAsync(HttpContext, credential, state, cancellationToken);
        if (user is null || user.Id != scope.UserId || scope.SessionId is not { } sessionId)
        {
            await confirmations.FailedAsync(scope, cancellationToken);
            return await FormAsync("That passkey could not be accepted. Use one of this account.", cancellationToken);
        }
        await confirmations.DoneAsync(scope, sessionId, "passkey", withMfa: true, cancellationToken);
        return Done();
    }

    IActionResult Done()
    {
        if (!IsDialog)
        {
            return LocalRedirect(Destination);
        }
        Response.Headers["HX-Trigger"] = "step-up-done";
        return new NoContentResult();
    }

    async Task<IActionResult> FormAsync(string? error, CancellationToken cancellationToken)
    {
        var state = await factors.ReadAsync(scope.UserId!.Value, cancellationToken);
        (HasApp, HasPasskeys, Error) = (state.App, state.Passkeys > 0, error);
        // Every refusal of the dialog is swapped into it, and 422 is what htmx swaps.
        Response.StatusCode = error is null ? StatusCodes.Status200OK : IsDialog || Response.StatusCode == 200 ? StatusCodes.Status422UnprocessableEntity : Response.StatusCode;
        return IsDialog ? Partial("_ConfirmDialog", this) : Page();
    }
}
