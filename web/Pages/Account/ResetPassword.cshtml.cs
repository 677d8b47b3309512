using Breeze.Core.Identity;
using Breeze.Web.Api;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Behind a reset link: choosing a new password. It ends all sessions and signs nobody in, so that a second factor is still asked for.</summary>
[AllowAnonymous]
[ResponseCache(NoStore = true)]
public sealed class ResetPasswordModel(PasswordResets resets, RateLimiter limiter) : PageModel
{
    [BindProperty]
    public string? Password { get; set; }

    public bool IsOpen { get; private set; }

    public bool IsDone { get; private set; }

    public string? Error { get; private set; }

    public Task<IActionResult> OnGetAsync(string token, CancellationToken cancellationToken) => ShowAsync(token, cancellationToken);

    public async Task<IActionResult> OnPostAsync(string token, CancellationToken cancellationToken)
    {
        var from = AddressKey.Of(ClientAddress.Of(HttpContext));
        if (await limiter.CheckAsync(RateLimit.AddressFailures, from) is { } wait)
        {
            Error = Core.Identity.SignInResult.Wait(wait).Error;
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Page();
        }
        var refusal = await resets.CompleteAsync(token, Password, ClientAddress.Of(HttpContext), cancellationToken);
        if (refusal is null)
        {
            IsDone = true;
            return Page();
        }
        await limiter.CountAsync(RateLimit.AddressFailures, from);
        Error = refusal.Detail;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await ShowAsync(token, cancellationToken);
    }

    async Task<IActionResult> ShowAsync(string token, CancellationToken cancellationToken)
    {
        IsOpen = await resets.IsOpenAsync(token, cancellationToken);
        if (!IsOpen)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
        }
        return Page();
    }
}
