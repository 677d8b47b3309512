using System.Globalization;
using Breeze.Features.Alerting.Suppression;

namespace Breeze.Web.Pages.Maintenance;

/// <summary>Windows in words.</summary>
public static class WindowWords
{
    public static IReadOnlyList<string> Days { get; } = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static IReadOnlyList<(short Value, string Word)> Weeks { get; } = [(1, "first"), (2, "second"), (3, "third"), (4, "fourth"), (-1, "last")];

    /// <summary>When it is: <c>Every Tue, Thu at 22:00 for 2 h, Europe/Berlin</c>.</summary>
    public static string Of(MaintenanceWindow window)
    {
        if (window.Recurrence == MaintenanceRecurrence.Once)
        {
            return $"Once, {At(window.FromAt!.Value, window.TimeZone)} to {At(window.UntilAt!.Value, window.TimeZone)}, {window.TimeZone}";
        }
        var days = window.Days.Length == Days.Count ? "day" : string.Join(", ", window.Days.Select(d => Days[d - 1]));
        var which = window.Week is { } week ? $"Every {Weeks.First(w => w.Value == week).Word} {days} of the month" : $"Every {days}";
        return string.Create(CultureInfo.InvariantCulture, $"{which} at {window.Starts:HH:mm} for {Length(window.Minutes ?? 0)}, {window.TimeZone}");
    }

    public static string Length(int minutes) => (minutes / 60, minutes % 60) switch
    {
        (0, var m) => $"{m} min",
        (var h, 0) => $"{h} h",
        var (h, m) => $"{h} h {m} min",
    };

    /// <summary>A moment by the clocks of a zone.</summary>
    public static string At(DateTimeOffset at, string zone) =>
        TimeZoneInfo.ConvertTime(at, TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc).ToString("ddd d MMM yyyy HH:mm", CultureInfo.InvariantCulture);
}
