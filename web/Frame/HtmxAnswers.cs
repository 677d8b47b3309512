using System.Text.Json;
using Htmx;

namespace Breeze.Web.Frame;

/// <summary>What handlers ask and say of htmx.</summary>
public static class HtmxAnswers
{
    const string NoteCookie = "breeze-toast";

    /// <summary>Whether a part of the page is wanted, not the page: a boosted link wants the page.</summary>
    public static bool WantsPartial(this HttpRequest request) => request.IsHtmx() && !request.IsHtmxBoosted() && !request.Headers.ContainsKey("HX-History-Restore-Request");

    /// <summary>Shows a note at the edge of the page; after a redirect, on the page that it leads to.</summary>
    public static void Toast(this HttpResponse response, string text, bool good = true)
    {
        // Header values are ASCII: the default encoder escapes everything else.
        var note = $$"""{"text":"{{JsonEncodedText.Encode(text)}}","tone":"{{(good ? "ok" : "bad")}}"}""";
        response.Headers["HX-Trigger"] = $$"""{"toast":{{note}} }""";
        response.OnStarting(() =>
        {
            if (response.StatusCode is StatusCodes.Status302Found or StatusCodes.Status303SeeOther)
            {
                // Nobody reads a redirect's headers, so the note travels in a cookie that the next page eats.
                response.Headers.Remove("HX-Trigger");
                response.Cookies.Append(NoteCookie, note, new CookieOptions
                {
                    Path = "/", MaxAge = TimeSpan.FromSeconds(30), SameSite = SameSiteMode.Strict, Secure = response.HttpContext.Request.IsHttps, HttpOnly = false,
                });
            }
            return Task.CompletedTask;
        });
    }
}
