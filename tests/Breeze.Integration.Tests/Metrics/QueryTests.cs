using Breeze.Core.Metrics;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Metrics;

/// <summary>Which data answers a question, and that the answer is the same whichever it is.</summary>
public sealed class QueryTests(PostgresFixture postgres)
{
    const long Hour = 3_600_000;
    const long Now = 1_800_000_000_000;
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 0, null, "raw", 5)]
    [InlineData(6, 0, null, "raw", 30)]
    [InlineData(24, 0, null, "raw", 120)]
    [InlineData(7 * 24, 0, null, "5m", 900)]
    [InlineData(30 * 24, 0, null, "1h", 3600)]
    [InlineData(365 * 24, 0, null, "1h", 43_200)]
    [InlineData(1800 * 24, 0, null, "1d", 172_800)]
    [InlineData(1, 0, 300, "5m", 300)]
    [InlineData(24, 0, 450, "5m", 600)]
    [InlineData(24, 0, 1, "raw", 86)]
    [InlineData(30 * 24, 0, 3600, "1h", 3600)]
    [InlineData(24, 0, 86_400, "1d", 86_400)]
    [InlineData(7 * 24, 45, null, "1h", 3600)]
    [InlineData(24, 45, null, "raw", 120)]
    [InlineData(24, 200, null, "1h", 3600)]
    [InlineData(24, 1000, null, "1d", 86_400)]
    public void The_resolution_follows_the_range_the_step_and_what_is_kept(int hours, int daysAgo, int? step, string resolution, int seconds)
    {
        var to = Now - daysAgo * 24 * Hour;
        var chosen = MetricResolution.Choose(to - hours * Hour, to, step * 1000L, Now, MetricRetentionDays.Default);
        chosen.Name.ShouldBe(resolution);
        (chosen.StepMs / 1000).ShouldBe(seconds);
        (hours * Hour / chosen.StepMs).ShouldBeLessThan(MetricResolution.MaximumPoints);
    }

    [Fact]
    public async Task Rollups_and_the_readings_after_them_make_one_line()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        await bed.ReadMinutesAsync(0, 130);
        bed.Time.Now = bed.Day.AddMinutes(130);
        await bed.Rollups.RunAsync(Token);
        var answer = await bed.QueryAsync(0, 130, TimeSpan.FromHours(1));
        answer.Resolution.ShouldBe("1h");
        var gauge = answer.Series.Single(s => s.Name == MetricBed.Gauge);
        gauge.Points.Select(p => (p.Value, p.Min, p.Max)).ShouldBe([(29.5, 0, 59), (89.5, 60, 119), (124.5, 120, 129)]);
        gauge.Last.Value.ShouldBe(129);
        var counter = answer.Series.Single(s => s.Name == "test.counter");
        counter.Unit.ShouldBe("By/s");
        counter.Labels["disk"].ShouldBe("sda");
        counter.Points.ShouldAllBe(p => Math.Abs(p.Value - 1) < 1e-6 && p.Min == p.Max);
        counter.Points.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_gap_has_no_points_and_is_wider_than_the_gap_that_the_answer_names()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        await bed.ReadMinutesAsync(0, 20);
        await bed.ReadMinutesAsync(40, 20);
        foreach (var step in (TimeSpan?[])[null, TimeSpan.FromMinutes(5)])
        {
            await bed.Rollups.RunAsync(Token);
            var answer = await bed.QueryAsync(0, 60, step, MetricBed.Gauge);
            var times = answer.Series.ShouldHaveSingleItem().Points.Select(p => p.AtMs).ToList();
            times.Zip(times.Skip(1), (a, b) => b - a).Count(distance => distance > answer.GapMs).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_counter_that_starts_again_has_no_negative_rate_at_any_resolution()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        await bed.ReadMinutesAsync(0, 30);
        await bed.ExecuteAsync("UPDATE device_metrics SET metric_values[2] = metric_values[2] - 900 WHERE at >= $1", bed.Day.AddMinutes(15));
        await bed.Rollups.RunAsync(Token);
        foreach (var step in (int[])[1, 60, 300, 3600, 86_400])
        {
            var answer = await bed.QueryAsync(0, 60, TimeSpan.FromSeconds(step), "test.counter");
            answer.Series.ShouldHaveSingleItem().Points.ShouldAllBe(p => p.Min >= 0 && p.Max <= 1.01);
        }
    }

    [Fact]
    public async Task No_series_has_more_than_a_thousand_points()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        await bed.ExecuteAsync(
            """
            INSERT INTO device_metrics (device_id, at, layout_id, metric_values)
            SELECT $1, $2 + make_interval(secs => s * 5), $3, ARRAY[s, s, s]::double precision[] FROM generate_series(0, 8639) AS s
            """, bed.Device, bed.Day, bed.Layout.Id);
        foreach (var step in (int?[])[null, 1])
        {
            var answer = await bed.QueryAsync(0.01, 720, step is { } s ? TimeSpan.FromSeconds(s) : null);
            answer.Series.ShouldAllBe(s => s.Points.Count > 700 && s.Points.Count <= 1000);
        }
    }

    [Fact]
    public async Task A_partner_that_keeps_less_loses_its_rows_and_the_others_keep_theirs()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        var other = Guid.CreateVersion7();
        await bed.ExecuteAsync("INSERT INTO partners (id, name, slug, metric_retention_days, five_minute_retention_days) VALUES ($1, 'Other', 'other', 1, 1)", other);
        var theirs = await bed.AddDeviceAsync(other);
        await bed.ReadMinutesAsync(0, 60);
        await bed.ReadMinutesAsync(0, 60, theirs);
        await bed.Rollups.RunAsync(Token);
        // Within the last two days, so that a day is over and two are not.
        bed.Time.Now = bed.Day.AddDays(2).AddHours(1);
        var retention = new MetricRetention(bed.Database, bed.Time);
        await retention.RunAsync(Token);
        foreach (var table in (string[])["device_metrics", "metric_rollups_5m"])
        {
            (await bed.CountAsync($"{table} WHERE device_id = $1", theirs)).ShouldBe(0, table);
            (await bed.CountAsync($"{table} WHERE device_id = $1", bed.Device)).ShouldBe(table == "device_metrics" ? 60 : 12);
        }
        (await bed.CountAsync("metric_rollups_1h WHERE device_id = $1", theirs)).ShouldBe(1);

        await bed.ExecuteAsync("UPDATE partners SET metric_retention_days = 1, five_minute_retention_days = 1");
        await retention.RunAsync(Token);
        (await bed.CountAsync("device_metrics")).ShouldBe(0, "nobody needs the partition");
        (await bed.CountAsync("pg_class WHERE relname = $1", MetricPartitions.NameOf(DateOnly.FromDateTime(bed.Day.UtcDateTime)))).ShouldBe(0);
        (await bed.CountAsync("pg_class WHERE relname = $1", RollupLevel.FiveMinutes.PartitionName(DateOnly.FromDateTime(bed.Day.UtcDateTime)))).ShouldBe(0);
        (await bed.CountAsync("metric_rollups_1h")).ShouldBe(2);
    }
}
