namespace Breeze.Features.Alerting.OnCall;

/// <summary>Moments of wall times in a zone whose clocks change.</summary>
static class WallClock
{
    static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    /// <summary>The first moment at which the clocks show the time; the one that a change leaves out comes when the change is over.</summary>
    public static DateTimeOffset Moment(TimeZoneInfo zone, DateTime wall)
    {
        while (zone.IsInvalidTime(wall))
        {
            wall += Step;
        }
        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }

    /// <summary>Every moment at which the clocks show the time: two when they go back over it.</summary>
    public static IEnumerable<DateTimeOffset> Moments(TimeZoneInfo zone, DateTime wall) =>
        zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Select(o => new DateTimeOffset(wall, o).ToUniversalTime()) : [Moment(zone, wall)];

    /// <summary>When the clocks change.</summary>
    public static IEnumerable<DateTimeOffset> Changes(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        for (var day = from.ToUniversalTime(); day < to; day = day.AddDays(1))
        {
            var (low, high) = (day, day.AddDays(1));
            if (zone.GetUtcOffset(low) == zone.GetUtcOffset(high))
            {
                continue;
            }
            while (high - low > Step)
            {
                var middle = low + ((high - low) / 2);
                (low, high) = zone.GetUtcOffset(middle) == zone.GetUtcOffset(low) ? (middle, high) : (low, middle);
            }
            // Clocks change on whole minutes.
            yield return new(high.UtcTicks - (high.UtcTicks % Step.Ticks), TimeSpan.Zero);
        }
    }
}
