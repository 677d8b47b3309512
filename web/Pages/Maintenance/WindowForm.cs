using System.Globalization;
using Breeze.Features.Alerting.Suppression;

namespace Breeze.Web.Pages.Maintenance;

/// <summary>A window as its form has it. The times of one that comes once are by the clocks of its zone.</summary>
public sealed class WindowForm
{
    const string Local = "yyyy-MM-ddTHH:mm";

    public string? Name { get; set; }
    public string? Note { get; set; }
    public string? Target { get; set; }
    public bool Enabled { get; set; }
    public string? Recurrence { get; set; }
    public string? TimeZone { get; set; }
    public string? From { get; set; }
    public string? Until { get; set; }
    public int[] Days { get; set; } = [];
    public int? Week { get; set; }
    public string? Starts { get; set; }
    public int? Hours { get; set; }
    public int? Minutes { get; set; }

    /// <summary>Empty for the whole partner, an organization, or <c>organization/site</c>.</summary>
    public string? Place { get; set; }

    public static WindowForm New(string? place, string zone, DateTimeOffset now)
    {
        var found = TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) ? known : TimeZoneInfo.Utc;
        var tonight = TimeZoneInfo.ConvertTime(now, found).Date.AddHours(22);
        return new()
        {
            Enabled = true, Recurrence = MaintenanceRecurrence.Once, TimeZone = found.Id, Place = place, From = tonight.ToString(Local, CultureInfo.InvariantCulture),
            Until = tonight.AddHours(2).ToString(Local, CultureInfo.InvariantCulture), Days = [2], Week = 2, Starts = "22:00", Hours = 2, Minutes = 0,
        };
    }

    public static WindowForm Of(MaintenanceWindow w)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(w.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        string? Clock(DateTimeOffset? at) => at is { } moment ? TimeZoneInfo.ConvertTime(moment, zone).ToString(Local, CultureInfo.InvariantCulture) : null;
        return new()
        {
            Name = w.Name, Note = w.Note, Target = w.Target, Enabled = w.Enabled, Recurrence = w.Recurrence, TimeZone = w.TimeZone, From = Clock(w.FromAt), Until = Clock(w.UntilAt), Days = [.. w.Days.Select(d => (int)d)],
            Week = w.Week ?? 1, Starts = w.Starts?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? "22:00", Hours = (w.Minutes ?? 120) / 60, Minutes = (w.Minutes ?? 120) % 60,
        };
    }

    public WindowDraft Draft()
    {
        var place = (Place ?? "").Split('/');
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone ?? "", out var found) ? found : null;
        return new()
        {
            Name = Name, Note = Note?.ReplaceLineEndings("\n"), Target = Target?.ReplaceLineEndings("\n"), Enabled = Enabled, Recurrence = Recurrence, TimeZone = TimeZone, FromAt = Moment(From, zone), UntilAt = Moment(Until, zone),
            Days = Days, Week = Week, Starts = Starts, Minutes = Hours is >= 0 and <= 168 || Minutes is >= 0 and <= 10080 ? ((Hours ?? 0) * 60) + (Minutes ?? 0) : null,
            OrganizationId = Guid.TryParse(place[0], out var organization) ? organization : null, SiteId = place.Length == 2 && Guid.TryParse(place[1], out var site) ? site : null,
        };
    }

    static DateTimeOffset? Moment(string? clock, TimeZoneInfo? zone)
    {
        if (zone is null || !DateTime.TryParseExact(clock, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) || local.Year is < 2000 or > 2199)
        {
            return null;
        }
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
