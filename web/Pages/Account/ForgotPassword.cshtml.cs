using Breeze.Core.Identity;
using Breeze.Core.Mail;
using Breeze.Web.Api;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Asking for a link to choose a new password. The answer is the same for every address.</summary>
[AllowAnonymous]
public sealed class ForgotPasswordModel(PasswordResetQueue queue, IMailer mailer) : PageModel
{
    [BindProperty]
    public string? Email { get; set; }

    public bool IsSent { get; private set; }

    public bool CanSend => mailer.IsConfigured;

    public string? Error { get; private set; }

    public IActionResult OnPost()
    {
        if (!EmailAddress.IsValid(Email?.Trim()))
        {
            Error = "Enter your e-mail address, such as ada@example.com.";
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        // The one place for a rate limit of requests by address and by account.
        queue.Ask(Email!.Trim(), ClientAddress.Of(HttpContext));
        IsSent = true;
        return Page();
    }
}
