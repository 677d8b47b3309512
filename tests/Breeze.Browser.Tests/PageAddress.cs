using System.Text.RegularExpressions;

namespace Breeze.Browser.Tests;

static class PageAddress
{
    /// <summary>Waits for an address that the pattern matches. Looks again and again, so that one that came before is seen as well, whichever way it came.</summary>
    public static Task ToBeAtAsync(this IPage page, string pattern) => Assertions.Expect(page).ToHaveURLAsync(new Regex(pattern), new() { Timeout = 60_000 });
}
