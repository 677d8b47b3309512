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
public sealed class ForgotPasswordModel(PasswordResetQueue queue, IMailer mailer, RateLimiter limiter) : PageModel
{
    [BindProperty]
    public string? Email { get; set; }

    public bool IsSent { get; private set; }

    public bool CanSend => mailer.IsConfigured;

    public string? Error { get; private set; }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!EmailAddress.IsValid(Email?.Trim()))
        {
            Error = "Enter your e-mail address, such as ada@example.com.";
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        if (await limiter.TakeAsync(RateLimit.ResetsPerAddress, AddressKey.Of(ClientAddress.Of(HttpContext))) is { } wait)
        {
            Error = Core.Identity.SignInResult.Wait(wait).Error;
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Page();
        }
        IsSent = true;
        if (await limiter.TakeAsync(RateLimit.ResetsPerAccount, Core.Identity.User.Normalize(Email!)) is not null)
        {
            // The same answer; a mailbox is not flooded by somebody else.
            return Page();
        }
        queue.Ask(Email!.Trim(), ClientAddress.Of(HttpContext));
        return Page();
    }
}
