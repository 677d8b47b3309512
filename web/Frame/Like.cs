namespace Breeze.Web.Frame;

/// <summary>Patterns for LIKE from what a person typed.</summary>
static class Like
{
    public static string Containing(string text) => $"%{Escape(text)}%";

    /// <summary>The text and nothing else.</summary>
    public static string Exactly(string text) => Escape(text);

    static string Escape(string text) => text.Trim().Replace("\0", "", StringComparison.Ordinal)
        .Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
