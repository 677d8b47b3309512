using System.Globalization;
using Breeze.Features.Alerting.Suppression;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>When maintenance windows last, by the clocks of their zones.</summary>
public sealed class MaintenanceTimesTests
{
    [Theory]
    // Weekly: at 22 in Berlin, in winter and in summer.
    [InlineData("weekly", "2,4", null, "22:00", 120, "Europe/Berlin", "2026-03-23", "2026-03-24 21:00-23:00, 2026-03-26 21:00-23:00, 2026-03-31 20:00-22:00")]
    // An hour that is left out begins when it is over; two hours are two hours.
    [InlineData("weekly", "7", null, "02:30", 120, "Europe/Berlin", "2026-03-22", "2026-03-22 01:30-03:30, 2026-03-29 01:00-03:00, 2026-04-05 00:30-02:30")]
    // An hour that comes twice is meant the first time.
    [InlineData("weekly", "7", null, "02:30", 60, "Europe/Berlin", "2026-10-20", "2026-10-25 00:30-01:30, 2026-11-01 01:30-02:30, 2026-11-08 01:30-02:30")]
    [InlineData("weekly", "7", null, "01:30", 60, "America/New_York", "2026-11-01", "2026-11-01 05:30-06:30, 2026-11-08 06:30-07:30, 2026-11-15 06:30-07:30")]
    // The second Tuesday, the last Sunday.
    [InlineData("monthly", "2", 2, "20:00", 60, "UTC", "2026-01-01", "2026-01-13 20:00-21:00, 2026-02-10 20:00-21:00, 2026-03-10 20:00-21:00")]
    [InlineData("monthly", "7", -1, "00:00", 60, "Asia/Kathmandu", "2026-02-01", "2026-02-21 18:15-19:15, 2026-03-28 18:15-19:15, 2026-04-25 18:15-19:15")]
    [InlineData("monthly", "5", -1, "12:00", 60, "Australia/Lord_Howe", "2026-02-20", "2026-02-27 01:00-02:00, 2026-03-27 01:00-02:00, 2026-04-24 01:30-02:30")]
    public void A_window_recurs_by_the_clocks_of_its_zone(string recurrence, string days, int? week, string starts, int minutes, string zone, string from, string expected)
    {
        var window = Window(recurrence, days, week, starts, minutes, zone);
        var next = MaintenanceTimes.Next(window, DateTimeOffset.Parse(from, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), 3);
        string.Join(", ", next.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.From.UtcDateTime:yyyy-MM-dd HH:mm}-{o.Until.UtcDateTime:HH:mm}"))).ShouldBe(expected);
    }

    [Fact]
    public void A_window_that_lasts_is_the_first_of_the_next_ones_and_its_end_is_not_part_of_it()
    {
        var window = Window("weekly", "1", null, "23:00", 180, "UTC");
        var tuesday = new DateTimeOffset(2026, 3, 24, 0, 0, 0, TimeSpan.Zero);
        MaintenanceTimes.Next(window, tuesday.AddHours(1), 1)[0].From.ShouldBe(tuesday.AddHours(-1));
        
        MaintenanceTimes.Current(window, tuesday.AddHours(1.99), TimeSpan.FromSeconds(1)).ShouldBe(new Occurrence(tuesday.AddHours(-1), tuesday.AddHours(2)));
        MaintenanceTimes.Current(window, tuesday.AddHours(2), TimeSpan.FromMinutes(1)).ShouldBeNull();
        MaintenanceTimes.Next(window, tuesday.AddHours(2), 1)[0].From.ShouldBe(tuesday.AddDays(7).AddHours(-1));
    }

    [Fact]
    public void Windows_of_every_day_that_touch_are_one()
    {
        var window = Window("weekly", "1,2,3,4,5,6,7", null, "00:00", 1440, "UTC");
        var now = new DateTimeOffset(2026, 3, 24, 23, 59, 0, TimeSpan.Zero);
        MaintenanceTimes.Current(window, now, TimeSpan.FromMinutes(2)).ShouldBe(new Occurrence(now.Date.ToUniversalTimeOffset(), now.Date.ToUniversalTimeOffset().AddDays(2)));
    }

    static MaintenanceWindow Window(string recurrence, string days, int? week, string starts, int minutes, string zone) => new()
    {
        Recurrence = recurrence, Days = [.. days.Split(',').Select(d => short.Parse(d, CultureInfo.InvariantCulture))], Week = (short?)week,
        Starts = TimeOnly.ParseExact(starts, "HH:mm", CultureInfo.InvariantCulture), Minutes = minutes, TimeZone = zone,
    };
}

static class Dates
{
    public static DateTimeOffset ToUniversalTimeOffset(this DateTime date) => new(DateTime.SpecifyKind(date, DateTimeKind.Utc));
}
