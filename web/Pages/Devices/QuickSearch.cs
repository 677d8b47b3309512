namespace Breeze.Web.Pages;

/// <summary>The search for devices by words, as the list has it for words by themselves.</summary>
static class QuickSearch
{
    const int MaximumWords = 8;

    /// <summary>An expression that wants all words found, whatever fields are called like one of them.</summary>
    public static string Expression(string text) =>
        string.Join(" ", text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(MaximumWords).Select(Quote));

    public static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
