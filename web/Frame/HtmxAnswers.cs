using System.Text.Json;
using Htmx;

namespace Breeze.Web.Frame;

/// <summary>What handlers ask and say of htmx.</summary>
public static class HtmxAnswers
{
    /// <summary>Whether a part of the page is wanted, not the page: a boosted link wants the page.</summary>
    public static bool WantsPartial(this HttpRequest request) => request.IsHtmx() && !request.IsHtmxBoosted() && !request.Headers.ContainsKey("HX-History-Restore-Request");

    /// <summary>Shows a note at the edge of the page.</summary>
    public static void Toast(this HttpResponse response, string text, bool good = true) => response.Headers["HX-Trigger"] =
        // Header values are ASCII: the default encoder escapes everything else.
        $$"""{"toast":{"text":"{{JsonEncodedText.Encode(text)}}","tone":"{{(good ? "ok" : "bad")}}"} }""";
}
