using System.Text.Json;

namespace Breeze.Collectors.Network;

/// <summary>The settings of the plugin.</summary>
sealed record NetworkOptions(IReadOnlyList<string> Exclude)
{
    public static NetworkOptions Read(JsonElement settings) => new(
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("exclude_interfaces", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : []);

    /// <summary>A pattern is a name, or the beginning of one followed by a star.</summary>
    public bool Excludes(string name)
    {
        foreach (var pattern in Exclude)
        {
            if (pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern)
                return true;
        }
        return false;
    }
}
