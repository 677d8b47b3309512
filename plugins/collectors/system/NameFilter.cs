namespace Breeze.Collectors.System;

/// <summary>Names to leave out: each exact, or a beginning followed by <c>*</c>.</summary>
sealed class NameFilter(IReadOnlyList<string> patterns)
{
    public static NameFilter None { get; } = new([]);

    public bool Excludes(string name)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.EndsWith('*') ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : name == pattern)
                return true;
        }
        return false;
    }
}
