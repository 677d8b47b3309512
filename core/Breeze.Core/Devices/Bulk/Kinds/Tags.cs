using System.Text.Json;
using System.Text.RegularExpressions;
using Breeze.Core.Identity;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary>Tags as they may be, and what adding and removing them share.</summary>
static partial class Tags
{
    public const int MaximumAtOnce = 20;
    public const int MaximumOfDevice = 100;

    public static Outcome<BulkPlan> Plan(JsonElement parameters, string verb)
    {
        string[] tags = parameters.TryGetProperty("tags", out var given) && given.ValueKind == JsonValueKind.Array
            ? [.. given.EnumerateArray().Select(t => t.ValueKind == JsonValueKind.String ? t.GetString()!.Trim() : "").Distinct(StringComparer.Ordinal)]
            : [];
        if (tags.Length is 0 or > MaximumAtOnce || !tags.All(t => Shape().IsMatch(t)))
        {
            return Refusal.Invalid("tags_invalid", $"Name 1 to {MaximumAtOnce} tags, each of 1 to 64 letters, digits or any of . _ : / - and beginning with a letter or digit.");
        }
        var names = string.Join(", ", tags);
        return new BulkPlan($"{verb} the {(tags.Length == 1 ? "tag" : "tags")} {(names.Length > 200 ? names[..200] + "…" : names)}", JsonSerializer.Serialize(new { tags }));
    }

    public static string[] Read(JsonElement parameters) => [.. parameters.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!)];

    public static NpgsqlParameter<string[]> Parameter(JsonElement parameters) => new() { TypedValue = Read(parameters) };

    [GeneratedRegex(@"^[\p{L}\p{Nd}][\p{L}\p{Nd}._:/-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
