using System.Globalization;
using Breeze.Features.Alerting.Notifying;

namespace Breeze.Features.Alerting.OnCall;

/// <summary>People who take turns of some days, each from the hand-over of one day to that of another.</summary>
sealed record OnCallLayer(string Name, TimeZoneInfo Zone, DateOnly Start, TimeOnly HandOver, int EveryDays, IReadOnlyList<Guid> Users, IReadOnlyList<RouteHours> Hours)
{
    static readonly (DateOnly From, DateOnly To) Dates = (new(2000, 1, 1), new(2200, 1, 1));

    /// <summary>The layer, or what is wrong with it.</summary>
    public static (OnCallLayer? Layer, string? Error) Read(OnCallLayerDraft draft, TimeZoneInfo zone)
    {
        if (!DateOnly.TryParseExact(draft.Start, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start) || start < Dates.From || start > Dates.To)
        {
            return (null, "Say on which day it starts, such as 2026-03-02.");
        }
        if (Hour(draft.HandOver) is not { } handOver)
        {
            return (null, "Write the time of the hand-over as hours and minutes, such as 09:00.");
        }
        if (draft.EveryDays is not (>= 1 and <= OnCallLimits.LongestShift))
        {
            return (null, $"A turn lasts from 1 day, 7 for a week, to {OnCallLimits.LongestShift}.");
        }
        if (draft.Users is not { Length: > 0 and <= OnCallLimits.Users })
        {
            return (null, $"Name the people who take turns, {OnCallLimits.Users} at most.");
        }
        if (draft.Name?.Length > 100 || draft.Hours?.Length > OnCallLimits.Hours)
        {
            return (null, $"A layer's name has at most 100 characters, and it has at most {OnCallLimits.Hours} spans of hours.");
        }
        var hours = new List<RouteHours>();
        foreach (var given in draft.Hours ?? [])
        {
            var days = given.Days ?? [];
            if (Hour(given.From) is not { } from || Hour(given.To) is not { } to || days.Any(d => d is < 1 or > 7))
            {
                return (null, "Hours have from and to, such as 18:00 and 08:00, and days from 1, Monday, to 7, Sunday.");
            }
            hours.Add(new(zone, days.ToHashSet(), from, to));
        }
        return (new((draft.Name ?? "").Trim(), zone, start, handOver, draft.EveryDays.Value, draft.Users, hours), null);
    }

    public OnCallLayerDraft ToDraft() => new(
        Name, Start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Text(HandOver), EveryDays, [.. Users], [.. Hours.Select(h => new OnCallHoursDraft([.. h.Days.Order()], Text(h.From), Text(h.To)))]);

    /// <summary>Whose turn it is; null when the layer does not cover the moment.</summary>
    public Guid? At(DateTimeOffset at) =>
        TurnOf(at) is >= 0 and var turn && (Hours.Count == 0 || Hours.Any(h => h.Contains(at))) ? Users[(int)(turn % Users.Count)] : null;

    /// <summary>Every moment at which it may change who it names.</summary>
    public IEnumerable<DateTimeOffset> Changes(DateTimeOffset from, DateTimeOffset to)
    {
        for (var turn = Math.Max(TurnOf(from), -1) + 1; Begin(turn) < to; turn++)
        {
            yield return Begin(turn);
        }
        if (Hours.Count == 0)
        {
            yield break;
        }
        foreach (var moment in WallClock.Changes(Zone, from, to))
        {
            yield return moment;
        }
        var (first, last) = (DateOf(from).AddDays(-1), DateOf(to).AddDays(1));
        var times = Hours.SelectMany(h => new[] { h.From, h.To }).Append(TimeOnly.MinValue).Distinct().ToList();
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            foreach (var moment in times.SelectMany(t => WallClock.Moments(Zone, day.ToDateTime(t))))
            {
                yield return moment;
            }
        }
    }

    /// <summary>Counted from 0; less before the start.</summary>
    long TurnOf(DateTimeOffset at)
    {
        var turn = (long)Math.Floor((DateOf(at).DayNumber - Start.DayNumber) / (double)EveryDays);
        while (at < Begin(turn))
        {
            turn--;
        }
        while (at >= Begin(turn + 1))
        {
            turn++;
        }
        return turn;
    }

    DateTimeOffset Begin(long turn) => WallClock.Moment(Zone, DateOnly.FromDayNumber((int)(Start.DayNumber + (turn * EveryDays))).ToDateTime(HandOver));

    DateOnly DateOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);

    static TimeOnly? Hour(string? text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour) ? hour : null;

    static string Text(TimeOnly hour) => hour.ToString("HH:mm", CultureInfo.InvariantCulture);
}
