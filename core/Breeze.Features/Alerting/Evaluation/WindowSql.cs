using System.Globalization;
using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Features.Alerting.Conditions;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>
/// Asks for the windows of all devices of some partners in one statement. What is rolled up is taken from there, so that an hour costs twelve rows of a device; the
/// readings after it are taken as they are.
/// </summary>
/// <param name="window">Which.</param>
/// <param name="parameters">Takes the literals; its moment is now.</param>
/// <param name="partners">Whose devices.</param>
/// <param name="rolledUpUntil">Until when 5-minute rows are made.</param>
sealed class WindowSql(WindowField window, SqlParameters parameters, Guid[] partners, DateTimeOffset rolledUpUntil)
{
    /// <summary>Windows no longer than this are made of readings alone.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromMinutes(15);

    /// <summary>Totals that are not rolled up yet say nothing of the time between them when they are further apart.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(15);

    /// <summary>A forecast and a baseline want readings of late.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(25);

    public static readonly TimeSpan ForecastPast = TimeSpan.FromDays(1);
    public static readonly TimeSpan ForecastLeast = TimeSpan.FromHours(6);

    /// <summary>A share that hardly ever moves is not strange for moving by less than a point; other values, by a hundredth.</summary>
    public const double LeastSpread = 0.01;

    static readonly TimeSpan Bucket = TimeSpan.FromMilliseconds(RollupLevel.FiveMinutes.WidthMs);

    readonly bool _isShare = window.Of.Type is FieldType.Percent or FieldType.Ratio;
    readonly DateTimeOffset _now = parameters.Now;

    /// <summary>Answers device, label, value; values as readings have them.</summary>
    public string Write() => window.Kind switch
    {
        WindowKind.Forecast => Forecast(),
        WindowKind.Baseline => Baseline(),
        _ => Series() + Parts(),
    };

    // Of these the device as a whole is meant, whatever else has the name.
    bool IsPlain => window.Of.Name is ReadingFields.Cpu or ReadingFields.Memory;

    string Series() =>
        $"""
        WITH k AS MATERIALIZED (SELECT layout_id, slot, label FROM breeze_metric_series({parameters.Add(window.Metric)}, {parameters.Add(window.Labels.Select(FieldSources.Label).ToArray())}){(IsPlain ? " WHERE label = ''" : "")}),
        m AS NOT MATERIALIZED (SELECT id FROM devices WHERE partner_id = ANY ({parameters.Add(partners)}))
        """;

    string Parts()
    {
        var from = _now - window.Span;
        if (window.Span <= Short)
        {
            return $" SELECT device_id, label, {Total} FROM ({Raw(from, isIncluded: false)}) p GROUP BY device_id, label";
        }
        var first = new DateTimeOffset(from.UtcTicks - (from.UtcTicks % Bucket.Ticks), TimeSpan.Zero);
        var until = rolledUpUntil < first ? first : rolledUpUntil > _now ? _now : rolledUpUntil;
        return $" SELECT device_id, label, {Total} FROM ({Rolled(first, until)} UNION ALL {Raw(until, isIncluded: true)}) p GROUP BY device_id, label";
    }

    string Total => window.Asked switch
    {
        WindowKind.Least => "min(least)",
        WindowKind.Greatest => "max(greatest)",
        _ => "sum(amount * weight) / sum(weight)",
    };

    string Rolled(DateTimeOffset from, DateTimeOffset until) =>
        $"""
        SELECT r.device_id, k.label, r.avgs[k.slot]::float8 AS amount, r.counts[k.slot]::float8 AS weight, r.mins[k.slot]::float8 AS least, r.maxs[k.slot]::float8 AS greatest
        FROM metric_rollups_5m r JOIN k ON k.layout_id = r.layout_id JOIN m ON m.id = r.device_id
        WHERE r.at >= {parameters.Add(from)} AND r.at < {parameters.Add(until)} AND r.counts[k.slot] > 0{(_isShare ? " AND r.mins[k.slot] >= 0 AND r.maxs[k.slot] <= 1" : "")}
        """;

    string Raw(DateTimeOffset from, bool isIncluded)
    {
        var begin = parameters.Add(from);
        var readings =
            $"""
            SELECT r.device_id, k.label, r.at, r.metric_values[k.slot] AS v FROM device_metrics r JOIN k ON k.layout_id = r.layout_id JOIN m ON m.id = r.device_id
            WHERE r.at {(isIncluded ? ">=" : ">")} {(window.Kind == WindowKind.Rate ? parameters.Add(from - LongestGap) : begin)} AND r.at <= {parameters.Add(_now)}
              AND r.metric_values[k.slot] < 'Infinity' AND r.metric_values[k.slot] {(_isShare ? "BETWEEN 0 AND 1" : "> '-Infinity'")}
            """;
        if (window.Kind != WindowKind.Rate)
        {
            return $"SELECT device_id, label, v AS amount, 1::float8 AS weight, v AS least, v AS greatest FROM ({readings}) v";
        }
        // As Rate has it: a total that fell was reset and counts from zero; a pair that spans a gap weighs no more than five minutes.
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            SELECT device_id, label, CASE WHEN v >= before THEN v - before ELSE v END / gap AS amount, greatest(1, floor(least(gap, {Rate.MaximumWeightMs / 1000}))) AS weight,
                NULL::float8 AS least, NULL::float8 AS greatest
            FROM (SELECT device_id, label, at, v, lag(v) OVER s AS before, extract(epoch FROM at - lag(at) OVER s)::float8 AS gap FROM ({readings}) v WINDOW s AS (PARTITION BY device_id, label ORDER BY at)) p
            WHERE at {(isIncluded ? ">=" : ">")} {begin} AND gap > 0 AND gap <= {(long)LongestGap.TotalSeconds} AND v >= 0
            """);
    }

    string Forecast()
    {
        var now = parameters.Add(_now);
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            {Series()} SELECT device_id, label, regr_intercept(y, x) + regr_slope(y, x) * {parameters.Add(window.Span.TotalSeconds)} FROM (
                SELECT r.device_id, k.label, r.avgs[k.slot]::float8 AS y, extract(epoch FROM r.at - {now})::float8 + {Bucket.TotalSeconds / 2} AS x
                FROM metric_rollups_5m r JOIN k ON k.layout_id = r.layout_id JOIN m ON m.id = r.device_id
                WHERE r.at > {parameters.Add(_now - ForecastPast)} AND r.at <= {now} AND r.counts[k.slot] > 0{(_isShare ? " AND r.mins[k.slot] >= 0 AND r.maxs[k.slot] <= 1" : "")}) p
            GROUP BY device_id, label HAVING max(x) - min(x) >= {ForecastLeast.TotalSeconds} AND max(x) >= {-Fresh.TotalSeconds}
            """);
    }

    string Baseline()
    {
        var hours = Enumerable.Range(1, 4).SelectMany(week => new[] { _now, _now - Fresh }.Select(at => Hour(at).AddDays(-7 * week))).Distinct().ToArray();
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            {Series()},
            newest AS (SELECT DISTINCT ON (r.device_id, k.label) r.device_id, k.label, to_timestamp(floor(extract(epoch FROM r.at) / 3600) * 3600) AS hour, r.avgs[k.slot]::float8 AS v
                FROM metric_rollups_5m r JOIN k ON k.layout_id = r.layout_id JOIN m ON m.id = r.device_id
                WHERE r.at >= {parameters.Add(_now - Fresh)} AND r.at <= {parameters.Add(_now)} AND r.counts[k.slot] > 0 ORDER BY r.device_id, k.label, r.at DESC),
            past AS (SELECT r.device_id, k.label, r.at, r.avgs[k.slot]::float8 AS v FROM metric_rollups_1h r JOIN k ON k.layout_id = r.layout_id JOIN m ON m.id = r.device_id
                WHERE r.at = ANY ({parameters.Add(hours)}) AND r.counts[k.slot] > 0)
            SELECT n.device_id, n.label, (n.v - avg(p.v)) / nullif(greatest(coalesce(stddev_samp(p.v), 0), {(_isShare ? LeastSpread : 0)}, {LeastSpread} * abs(avg(p.v))), 0)
            FROM newest n JOIN past p ON p.device_id = n.device_id AND p.label = n.label AND n.hour - p.at IN (interval '168 hours', interval '336 hours', interval '504 hours', interval '672 hours')
            GROUP BY n.device_id, n.label, n.v HAVING count(DISTINCT p.at) >= 2
            """);
    }

    static DateTimeOffset Hour(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}
