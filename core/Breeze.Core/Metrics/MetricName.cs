using System.Buffers;

namespace Breeze.Core.Metrics;

/// <summary>What a metric may be called: <c>system.filesystem.utilization{mountpoint="/"}</c>. Names come from agents, so they are hostile.</summary>
public static class MetricName
{
    public const int MaximumLength = 512;

    static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/");

    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > MaximumLength || !char.IsAsciiLetter(name[0]))
        {
            return false;
        }
        var brace = name.IndexOf('{', StringComparison.Ordinal);
        var bare = brace < 0 ? name.AsSpan() : name.AsSpan(0, brace);
        if (bare.Length > 200 || bare.ContainsAnyExcept(NameCharacters))
        {
            return false;
        }
        if (brace < 0)
        {
            return true;
        }
        foreach (var c in name.AsSpan(brace))
        {
            // Control and directional characters could make one label look like another.
            if (char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format)
            {
                return false;
            }
        }
        return name[^1] == '}';
    }

    /// <summary>The name without its labels.</summary>
    public static string Bare(string name)
    {
        var brace = name.IndexOf('{', StringComparison.Ordinal);
        return brace < 0 ? name : name[..brace];
    }

    /// <summary>Splits the labels: <c>{cpu="0",mode="user"}</c>. A malformed part is left out.</summary>
    public static Dictionary<string, string> Labels(string name)
    {
        var labels = new Dictionary<string, string>();
        var position = name.IndexOf('{', StringComparison.Ordinal) + 1;
        while (position > 0 && position < name.Length)
        {
            var equals = name.IndexOf("=\"", position, StringComparison.Ordinal);
            if (equals < 0)
            {
                break;
            }
            var end = equals + 2;
            var value = new System.Text.StringBuilder();
            while (end < name.Length && name[end] != '"')
            {
                if (name[end] == '\\' && end + 1 < name.Length)
                {
                    end++;
                }
                value.Append(name[end++]);
            }
            labels[name[position..equals].Trim()] = value.ToString();
            position = end + 2;
        }
        return labels;
    }
}
