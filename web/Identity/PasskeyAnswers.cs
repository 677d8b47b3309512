using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using SignInResult = Breeze.Core.Identity.SignInResult;

namespace Breeze.Web.Identity;

/// <summary>What pages of signing in answer alike.</summary>
static class PasskeyAnswers
{
    /// <summary>A challenge for the script of the page.</summary>
    public static ContentResult Of(Passkeys.Challenge challenge) =>
        new() { ContentType = "application/json", Content = $$"""{"options":{{challenge.Options}},"state":"{{challenge.State}}"}""" };

    /// <summary>The words of a refusal, with the status and the header of one that waiting ends.</summary>
    public static string ErrorOf(this PageModel page, SignInResult result)
    {
        if (result.RetryAfter is { } wait)
        {
            page.Response.StatusCode = result.IsBusy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests;
            page.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        }
        return result.Error ?? "";
    }
}
