namespace Breeze.Collectors;

/// <summary>Takes the output of tools apart.</summary>
static class Lines
{
    static readonly char[] Blank = [' ', '\t'];

    /// <summary>The lines of a text that are not blank.</summary>
    public static IEnumerable<string> Of(string? text)
    {
        foreach (var line in (text ?? "").Split('\n'))
        {
            if (line.AsSpan().TrimEnd().Length > 0)
                yield return line.TrimEnd('\r', ' ');
        }
    }

    /// <summary>At most so many words; the last one is the rest of the line.</summary>
    public static string[] Words(string line, int most) => line.Split(Blank, most, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static string? Full(string? text) => text?.Trim() is { Length: > 0 } full ? full : null;

    public static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
