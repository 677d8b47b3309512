using System.Globalization;

namespace Breeze.Web.Pages;

/// <summary>The span that charts show: one of the presets, or what somebody zoomed to.</summary>
public sealed record TimeRange(string Name, DateTimeOffset From, DateTimeOffset To)
{
    public static IReadOnlyList<(string Name, string Label, TimeSpan Length)> Presets { get; } =
    [
        ("1h", "1 h", TimeSpan.FromHours(1)), ("6h", "6 h", TimeSpan.FromHours(6)), ("24h", "24 h", TimeSpan.FromHours(24)),
        ("7d", "7 d", TimeSpan.FromDays(7)), ("30d", "30 d", TimeSpan.FromDays(30)),
    ];

    public bool IsFixed => Name == "custom";

    public static TimeRange Parse(string? name, string? from, string? to, DateTimeOffset now)
    {
        if (TryTime(from, out var start) && TryTime(to, out var end) && end > start && end - start <= TimeSpan.FromDays(3660))
        {
            return new("custom", start, end);
        }
        var preset = Presets.FirstOrDefault(p => p.Name == name, Presets[0]);
        return new(preset.Name, now - preset.Length, now);
    }

    static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
