using Breeze.Core.Identity;
using Breeze.Features.Alerting.Notifying;
using Breeze.Web.Api;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages;

/// <summary>Behind the link in a message: shows one alert's title, and acts when the button is pressed. Scanners of mail open links and press nothing.</summary>
[AllowAnonymous]
[ResponseCache(NoStore = true)]
public sealed class AcknowledgeModel(AcknowledgeLinks links, RateLimiter limiter) : PageModel
{
    public string Token { get; private set; } = "";

    /// <summary>Null when the link is used, too old or none of ours.</summary>
    public LinkedAlert? Alert { get; private set; }

    public bool IsDone { get; private set; }

    public string? Error { get; private set; }

    public Task<IActionResult> OnGetAsync(string token, CancellationToken cancellationToken) => AnswerAsync(token, () => links.FindAsync(token, cancellationToken));

    public Task<IActionResult> OnPostAsync(string token, CancellationToken cancellationToken)
    {
        IsDone = true;
        return AnswerAsync(token, () => links.UseAsync(token, ClientAddress.Of(HttpContext), cancellationToken));
    }

    async Task<IActionResult> AnswerAsync(string token, Func<Task<LinkedAlert?>> work)
    {
        Token = token;
        var from = AddressKey.Of(ClientAddress.Of(HttpContext));
        if (await limiter.CheckAsync(RateLimit.AddressFailures, from) is { } wait)
        {
            Error = Core.Identity.SignInResult.Wait(wait).Error;
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Page();
        }
        Alert = await work();
        if (Alert is null)
        {
            await limiter.CountAsync(RateLimit.AddressFailures, from);
            Response.StatusCode = StatusCodes.Status404NotFound;
        }
        return Page();
    }
}
