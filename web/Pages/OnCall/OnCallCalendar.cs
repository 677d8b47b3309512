using System.Globalization;
using Breeze.Features.Alerting.OnCall;

namespace Breeze.Web.Pages.OnCall;

/// <summary>The turns of a week or a month as days on the wall.</summary>
public sealed record OnCallCalendar(string View, DateOnly First, IReadOnlyList<OnCallDay> Days, IReadOnlyList<OnCallTurn> Gaps, DateOnly Before, DateOnly After, string Title)
{
    static readonly string[] Colours = ["person-0", "person-1", "person-2", "person-3", "person-4", "person-5", "person-6", "person-7"];

    /// <summary>The span that a view shows, from one midnight to another.</summary>
    public static (DateOnly From, DateOnly To) Span(string view, DateOnly at)
    {
        var first = view == "week" ? at : new DateOnly(at.Year, at.Month, 1);
        var monday = first.AddDays(-(((int)first.DayOfWeek + 6) % 7));
        var last = view == "week" ? monday.AddDays(7) : first.AddMonths(1);
        return (monday, last.AddDays((7 - ((last.DayNumber - monday.DayNumber) % 7)) % 7));
    }

    public static OnCallCalendar Of(string view, DateOnly at, TimeZoneInfo zone, IReadOnlyList<OnCallTurn> turns, IReadOnlyDictionary<Guid, string> names, DateTimeOffset now)
    {
        var (from, to) = Span(view, at);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var order = turns.Select(t => t.UserId).OfType<Guid>().Distinct().Order().ToList();
        string Wall(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, zone).ToString("HH:mm", CultureInfo.InvariantCulture);
        var days = new List<OnCallDay>();
        for (var day = from; day < to; day = day.AddDays(1))
        {
            var (begin, end) = (Midnight(zone, day), Midnight(zone, day.AddDays(1)));
            var parts = turns.Where(t => t.From < end && t.Until > begin).Select(t =>
            {
                var (a, b) = (t.From > begin ? t.From : begin, t.Until < end ? t.Until : end);
                int Place(DateTimeOffset moment) => (int)Math.Round((moment - begin) / (end - begin) * 1000);
                return new OnCallPart(
                    t.UserId is { } user ? names.GetValueOrDefault(user, "somebody") : null, t.UserId is { } person ? Colours[order.IndexOf(person) % Colours.Length] : "gap", Place(a), Math.Max(1, Place(b) - Place(a)),
                    a == begin && b == end ? "all day" : $"{Wall(a)}–{(b == end ? "24:00" : Wall(b))}", t.OverrideId is not null);
            }).ToList();
            days.Add(new(day, day == today, view == "week" || day.Month == at.Month, parts));
        }
        return new(
            view, at, days, [.. turns.Where(t => t.UserId is null && t.Until > now)], view == "week" ? at.AddDays(-7) : new DateOnly(at.Year, at.Month, 1).AddMonths(-1),
            view == "week" ? at.AddDays(7) : new DateOnly(at.Year, at.Month, 1).AddMonths(1),
            view == "week" ? $"Week from {from.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}" : at.ToString("MMMM yyyy", CultureInfo.InvariantCulture));
    }

    /// <summary>When a day begins; where the clocks leave midnight out, when they have.</summary>
    public static DateTimeOffset Midnight(TimeZoneInfo zone, DateOnly day)
    {
        var wall = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(wall))
        {
            wall = wall.AddMinutes(15);
        }
        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }
}

/// <summary>A day with who is on call in it.</summary>
public sealed record OnCallDay(DateOnly Date, bool IsToday, bool IsInside, IReadOnlyList<OnCallPart> Parts);

/// <summary>A part of a day.</summary>
/// <param name="Person">Null for a gap.</param>
/// <param name="At">In thousandths of the day.</param>
public sealed record OnCallPart(string? Person, string Colour, int At, int Width, string Hours, bool IsOverride);
