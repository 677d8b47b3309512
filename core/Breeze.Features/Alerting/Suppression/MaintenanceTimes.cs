namespace Breeze.Features.Alerting.Suppression;

/// <summary>
/// When a window lasts. It begins by the clocks of its zone: at an hour that a change of clocks leaves out, when that is over; at one that comes twice, the first time. From
/// then on it lasts its minutes, however the clocks change meanwhile.
/// </summary>
public static class MaintenanceTimes
{
    const int DaysOfWeek = 7;

    /// <summary>A recurring window comes at least once in five weeks.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(45);

    /// <summary>The times that touch a span, in their order.</summary>
    public static IEnumerable<Occurrence> Between(MaintenanceWindow window, DateTimeOffset from, DateTimeOffset until)
    {
        if (window.Recurrence == MaintenanceRecurrence.Once)
        {
            if (window is { FromAt: { } begins, UntilAt: { } ends } && begins < until && ends > from)
            {
                yield return new(begins, ends);
            }
            yield break;
        }
        if (window is not { Starts: { } starts, Minutes: { } minutes } || !TimeZoneInfo.TryFindSystemTimeZoneById(window.TimeZone, out var zone))
        {
            yield break;
        }
        var length = TimeSpan.FromMinutes(minutes);
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from - length, zone).DateTime).AddDays(-1);
        var last = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(until, zone).DateTime);
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            if (!IsOn(window, date))
            {
                continue;
            }
            var at = Moment(zone, date.ToDateTime(starts));
            if (at < until && at + length > from)
            {
                yield return new(at, at + length);
            }
        }
    }

    /// <summary>The next times from now on; the one that lasts is the first of them.</summary>
    public static IReadOnlyList<Occurrence> Next(MaintenanceWindow window, DateTimeOffset now, int count) => window.Recurrence == MaintenanceRecurrence.Once
        ? [.. Between(window, now, DateTimeOffset.MaxValue)]
        : [.. Between(window, now, now + (Longest * count)).Take(count)];

    /// <summary>The time that lasts now, or the next if it begins within a while: of several the one that lasts longest.</summary>
    public static Occurrence? Current(MaintenanceWindow window, DateTimeOffset now, TimeSpan ahead)
    {
        Occurrence? current = null;
        foreach (var one in Between(window, now, now + ahead))
        {
            // What begins before the other ends goes on with it.
            current = current is { } before && one.From > before.Until ? before : new(current?.From ?? one.From, one.Until);
        }
        return current;
    }

    static bool IsOn(MaintenanceWindow window, DateOnly date) =>
        window.Days.Contains((short)(date.DayOfWeek == DayOfWeek.Sunday ? DaysOfWeek : (int)date.DayOfWeek)) && window.Week switch
        {
            null => true,
            -1 => date.AddDays(DaysOfWeek).Month != date.Month,
            var week => ((date.Day - 1) / DaysOfWeek) + 1 == week,
        };

    static DateTimeOffset Moment(TimeZoneInfo zone, DateTime local)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
