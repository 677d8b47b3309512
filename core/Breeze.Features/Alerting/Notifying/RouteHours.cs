using System.Globalization;
using System.Text.Json;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>
/// Hours of the week in a time zone: <c>{"time_zone": "Europe/Berlin", "days": [1,2,3,4,5], "from": "08:00", "to": "18:00"}</c>. Days count from Monday, 1, to
/// Sunday, 7; none means every day. From a later hour to an earlier one goes over midnight and belongs to the day on which it begins; equal hours are the whole day.
/// </summary>
public sealed record RouteHours(TimeZoneInfo Zone, IReadOnlySet<int> Days, TimeOnly From, TimeOnly To)
{
    const int DaysOfWeek = 7;

    /// <summary>The hours, null for none given, and why not when it is neither.</summary>
    public static (RouteHours? Hours, string? Error) Read(JsonElement? given)
    {
        if (given is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined })
        {
            return (null, null);
        }
        if (given is not { ValueKind: JsonValueKind.Object } value)
        {
            return (null, "Hours are an object with time_zone, days, from and to.");
        }
        var names = value.EnumerateObject().Select(p => p.Name).ToList();
        if (names.Count == 0)
        {
            return (null, null);
        }
        if (names.FirstOrDefault(n => n is not ("time_zone" or "days" or "from" or "to")) is { } unknown)
        {
            return (null, $"“{unknown}” is not part of hours: they have time_zone, days, from and to.");
        }
        if (Text(value, "time_zone") is not { Length: > 0 and <= 100 } zoneName || !TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out var zone))
        {
            return (null, "Give the hours a time_zone of the IANA list, such as Europe/Berlin.");
        }
        if (Hour(Text(value, "from")) is not { } from || Hour(Text(value, "to")) is not { } to)
        {
            return (null, "Write from and to as hours and minutes, such as 08:00 and 18:30.");
        }
        var days = new SortedSet<int>();
        if (value.TryGetProperty("days", out var list))
        {
            if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > DaysOfWeek
                || list.EnumerateArray().Any(d => d.ValueKind != JsonValueKind.Number || !d.TryGetInt32(out var day) || day is < 1 or > DaysOfWeek || !days.Add(day)))
            {
                return (null, "days are numbers from 1, Monday, to 7, Sunday, each once.");
            }
        }
        return (new(zone, days, from, to), null);
    }

    public static RouteHours? Parse(string json) => Read(JsonElement.Parse(json)).Hours;

    /// <summary>Whether there is no moment outside of them.</summary>
    public bool IsAlways => From == To && Days.Count is 0 or DaysOfWeek;

    public bool Contains(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone);
        var (day, hour) = (DayOf(local), TimeOnly.FromTimeSpan(local.TimeOfDay));
        var before = day == 1 ? DaysOfWeek : day - 1;
        return From == To ? Includes(day)
            : From < To ? Includes(day) && hour >= From && hour < To
            : (Includes(day) && hour >= From) || (Includes(before) && hour < To);
    }

    /// <summary>The first moment after, in whole minutes, that is not within them; a week later at the latest.</summary>
    public DateTimeOffset EndAfter(DateTimeOffset at)
    {
        var end = at;
        for (var i = 0; i < 2 * DaysOfWeek && Contains(end); i++)
        {
            end = NextLocal(end, From == To ? TimeOnly.MinValue : To);
        }
        return end;
    }

    public string ToJson() => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["time_zone"] = Zone.Id, ["days"] = Days, ["from"] = From.ToString("HH:mm", CultureInfo.InvariantCulture), ["to"] = To.ToString("HH:mm", CultureInfo.InvariantCulture),
    });

    bool Includes(int day) => Days.Count == 0 || Days.Contains(day);

    /// <summary>The next time that the clocks of the zone show the hour; the hour that a change of clocks leaves out comes when it is over.</summary>
    DateTimeOffset NextLocal(DateTimeOffset after, TimeOnly hour)
    {
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, Zone).DateTime);
        for (var i = 0; ; i++)
        {
            var local = date.AddDays(i).ToDateTime(hour);
            while (Zone.IsInvalidTime(local))
            {
                local = local.AddMinutes(15);
            }
            var moment = new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
            if (moment > after)
            {
                return moment;
            }
        }
    }

    static int DayOf(DateTimeOffset local) => local.DayOfWeek == DayOfWeek.Sunday ? DaysOfWeek : (int)local.DayOfWeek;

    static string? Text(JsonElement value, string name) => value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    static TimeOnly? Hour(string? text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour) ? hour : null;
}
