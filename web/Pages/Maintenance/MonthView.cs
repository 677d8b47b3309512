using System.Globalization;
using Breeze.Features.Alerting.Suppression;

namespace Breeze.Web.Pages.Maintenance;

/// <summary>A month of whole weeks with what is planned on its days.</summary>
public sealed record MonthView(string Title, string Before, string After, IReadOnlyList<IReadOnlyList<MonthDay>> Weeks)
{
    const int DaysOfWeek = 7;
    const int MostOfADay = 50;

    public static MonthView Of(DateOnly any, TimeZoneInfo zone, IReadOnlyList<MaintenanceWindow> windows, DateTimeOffset now)
    {
        var first = new DateOnly(any.Year, any.Month, 1);
        var start = first.AddDays(-(((int)first.DayOfWeek + 6) % DaysOfWeek));
        var weeks = 1 + ((first.AddMonths(1).DayNumber - 1 - start.DayNumber) / DaysOfWeek);
        var end = start.AddDays(weeks * DaysOfWeek);
        var entries = new Dictionary<DateOnly, List<MonthEntry>>();
        foreach (var window in windows)
        {
            foreach (var one in MaintenanceTimes.Between(window, Midnight(start, zone), Midnight(end, zone)))
            {
                var (from, until) = (TimeZoneInfo.ConvertTime(one.From, zone), TimeZoneInfo.ConvertTime(one.Until, zone));
                // What ends at midnight is not on the next day.
                var last = DateOnly.FromDateTime(until.AddTicks(-1).DateTime);
                for (var day = Max(DateOnly.FromDateTime(from.DateTime), start); day <= last && day < end; day = day.AddDays(1))
                {
                    var times = $"{(day == DateOnly.FromDateTime(from.DateTime) ? Time(from) : "…")}–{(day == last ? Time(until) : "…")}";
                    entries.TryAdd(day, []);
                    entries[day].Add(new(window.Id, window.Name, times, one.Until <= now));
                }
            }
        }
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        return new(
            first.ToString("MMMM yyyy", CultureInfo.InvariantCulture), Name(first.AddMonths(-1)), Name(first.AddMonths(1)),
            [
                .. Enumerable.Range(0, weeks).Select(w => (IReadOnlyList<MonthDay>)
                [
                    .. Enumerable.Range(0, DaysOfWeek).Select(d => start.AddDays((w * DaysOfWeek) + d))
                        .Select(d => new MonthDay(d, d.Month != first.Month, d == today, [.. entries.GetValueOrDefault(d, []).OrderBy(e => e.Times, StringComparer.Ordinal).Take(MostOfADay)])),
                ]),
            ]);
    }

    static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    static DateOnly Max(DateOnly a, DateOnly b) => a > b ? a : b;

    static string Name(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    static string Time(DateTimeOffset at) => at.ToString("HH:mm", CultureInfo.InvariantCulture);
}

/// <summary>A day of the calendar.</summary>
public sealed record MonthDay(DateOnly Date, bool IsOutside, bool IsToday, IReadOnlyList<MonthEntry> Entries);

/// <summary>A window on a day.</summary>
public sealed record MonthEntry(Guid Id, string Name, string Times, bool IsPast);
