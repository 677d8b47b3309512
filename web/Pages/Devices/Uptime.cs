using System.Globalization;

namespace Breeze.Web.Pages;

/// <summary>How long something runs, in its largest unit and the next.</summary>
static class Uptime
{
    public static string Text(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "< 1 min",
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes} min"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Hours} h {age.Minutes} min"),
        { TotalDays: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays} d {age.Hours} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays} d"),
    };
}
