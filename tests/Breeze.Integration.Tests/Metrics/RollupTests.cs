using Breeze.Core.Metrics;
using Breeze.Testing;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Metrics;

/// <summary>What becomes of readings in the rollups, on a real PostgreSQL and without a server.</summary>
public sealed class RollupTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_minutes_of_readings_become_two_rows_an_hour_and_a_day()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        double[] totals = [0, 60, 120, 180, 240, 300, 360, 30, 90, 150];
        for (var minute = 0; minute < 10; minute++)
        {
            await bed.ReadAsync(minute, minute, totals[minute], minute % 3);
        }
        (await bed.Rollups.RunAsync(Token)).ShouldBeTrue();

        var rows = await bed.RowsAsync(RollupLevel.FiveMinutes);
        rows.Select(r => r.Minute).ShouldBe([0, 5]);
        rows[0].Mins.ShouldBe([0, 1, 0]);
        rows[0].Averages.ShouldBe([2, 1, 1], "a gauge is averaged, a counter becomes its rate, of a state the last value counts");
        rows[0].Maxs.ShouldBe([4, 1, 2]);
        rows[0].Counts.ShouldBe([(short)5, (short)240, (short)5], "a counter's first reading says nothing; its count is the seconds between the others");
        rows[1].Mins[1].ShouldBe(0.5f, "after a reset the counter counts from zero");
        rows[1].Averages[1].ShouldBe(0.9f, 1e-6);
        rows[1].Counts[1].ShouldBe((short)300, "the step from the bucket before belongs to this one");

        var hour = (await bed.RowsAsync(RollupLevel.Hour)).ShouldHaveSingleItem();
        (hour.Minute, hour.Mins[0], hour.Averages[0], hour.Maxs[0], hour.Counts[0]).ShouldBe((0, 0f, 4.5f, 9f, (short)10));
        hour.Averages[1].ShouldBe((240 + 270) / 540f, 1e-6);
        hour.Averages[2].ShouldBe(0, "the last state of the hour");
        var day = (await bed.RowsAsync(RollupLevel.Day)).ShouldHaveSingleItem();
        day.Averages[1].ShouldBe(hour.Averages[1], 1e-6);
        day.Counts.ShouldBe(hour.Counts);
    }

    [Fact]
    public async Task What_is_not_over_is_left_for_later_and_a_run_without_news_changes_nothing()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        await bed.ReadMinutesAsync(0, 60);
        bed.Time.Now = bed.Day.AddMinutes(22);
        await bed.Rollups.RunAsync(Token);
        (await bed.RowsAsync(RollupLevel.FiveMinutes)).Select(r => r.Minute).ShouldBe([0, 5, 10]);
        (await bed.RowsAsync(RollupLevel.Hour)).ShouldBeEmpty();
        await bed.Rollups.RunAsync(Token);
        (await bed.RowsAsync(RollupLevel.FiveMinutes)).Count.ShouldBe(3);
        bed.Time.Now = bed.Day.AddMinutes(70);
        await bed.Rollups.RunAsync(Token);
        (await bed.RowsAsync(RollupLevel.FiveMinutes)).Count.ShouldBe(12);
        (await bed.RowsAsync(RollupLevel.FiveMinutes)).Skip(1).ShouldAllBe(r => r.Averages[1] == 1 && r.Counts[1] == 300);
        (await bed.RowsAsync(RollupLevel.Hour)).ShouldHaveSingleItem().Counts[0].ShouldBe((short)60);
    }

    [Fact]
    public async Task A_device_that_changes_its_shape_keeps_each_of_its_metrics()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        var other = await bed.Layouts.GetOrAddAsync(["test.other", MetricBed.Counter, "test.more"], Token);
        await bed.ReadAsync(0, 1, 0);
        await bed.ReadAsync(1, 7, 120, 8, layout: other);
        await bed.Rollups.RunAsync(Token);
        var rows = await bed.RowsAsync(RollupLevel.FiveMinutes);
        rows.Count.ShouldBe(2, "one for each shape");
        rows[1].Averages[1].ShouldBe(2, "the counter goes on across the change");
        var answer = await bed.QueryAsync(0, 60, TimeSpan.FromMinutes(5));
        answer.Resolution.ShouldBe("5m");
        answer.Series.Select(s => s.Name).Order().ShouldBe(["test.counter", "test.gauge", "test.more", "test.other"]);
    }

    [Fact]
    public async Task Late_readings_are_rolled_up_with_the_others()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        await bed.ReadMinutesAsync(0, 60);
        await bed.ReadMinutesAsync(240, 30);
        await bed.Rollups.RunAsync(Token);
        (await bed.RowsAsync(RollupLevel.FiveMinutes)).Single(r => r.Minute == 240).Counts[1].ShouldBe((short)240, "nothing was known of the time before");

        await bed.ReadMinutesAsync(180, 60);
        await bed.Late.NoteAsync(bed.Device, [.. Enumerable.Range(180, 60).Select(m => new Reading(bed.Day.AddMinutes(m).ToUnixTimeMilliseconds(), bed.Layout, []))]);
        (await bed.CountAsync("metric_rollup_late")).ShouldBe(3, "the hour itself and those that a counter's next reading may lie in");
        await bed.Rollups.RunAsync(Token);

        (await bed.CountAsync("metric_rollup_late")).ShouldBe(0);
        var rows = await bed.RowsAsync(RollupLevel.FiveMinutes);
        rows.Count(r => r.Minute is >= 180 and < 240).ShouldBe(12);
        rows.Single(r => r.Minute == 240).Counts[1].ShouldBe((short)300, "the counter's step over the boundary is known now");
        (await bed.RowsAsync(RollupLevel.Hour)).Select(r => (r.Minute, r.Counts[0])).ShouldBe([(0, (short)60), (180, (short)60), (240, (short)30)]);
        (await bed.RowsAsync(RollupLevel.Day)).ShouldHaveSingleItem().Counts[0].ShouldBe((short)150);
    }

    [Fact]
    public async Task Readings_for_which_nothing_was_made_yet_are_not_late()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        await bed.ReadMinutesAsync(0, 10);
        await bed.Late.NoteAsync(bed.Device, [new Reading(bed.Day.ToUnixTimeMilliseconds(), bed.Layout, [])]);
        (await bed.CountAsync("metric_rollup_late")).ShouldBe(0);
    }

    [Fact]
    public async Task A_run_that_ends_in_the_middle_is_continued_and_nothing_is_there_twice()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        await bed.ReadMinutesAsync(0, 600);
        using var stop = new CancellationTokenSource();
        var node = bed.NewNode(new StopAfter(3, stop));
        await Should.ThrowAsync<OperationCanceledException>(() => node.RunAsync(stop.Token));
        var half = (await bed.RowsAsync(RollupLevel.FiveMinutes)).Count;
        half.ShouldBeInRange(12, 100);
        await bed.NewNode().RunAsync(Token);
        var rows = await bed.RowsAsync(RollupLevel.FiveMinutes);
        rows.Select(r => r.Minute).ShouldBe(Enumerable.Range(0, 120).Select(i => i * 5));
        rows.Skip(1).ShouldAllBe(r => r.Counts[0] == 5 && r.Counts[1] == 300);
    }

    [Fact]
    public async Task Two_nodes_at_once_make_each_row_once()
    {
        await using var bed = await MetricBed.MakeAsync(postgres);
        await bed.ReadMinutesAsync(0, 600);
        var nodes = Enumerable.Range(0, 2).Select(_ => bed.NewNode()).ToList();
        var done = await Task.WhenAll(nodes.Select(n => Task.Run(() => n.RunAsync(Token), Token)));
        done.ShouldContain(true);
        await bed.Rollups.RunAsync(Token);
        (await bed.RowsAsync(RollupLevel.FiveMinutes)).Select(r => r.Minute).ShouldBe(Enumerable.Range(0, 120).Select(i => i * 5));
        (await bed.RowsAsync(RollupLevel.Hour)).Count.ShouldBe(10);
        (await bed.RowsAsync(RollupLevel.Day)).Count.ShouldBe(1);
    }

    /// <summary>Stops a run after so many windows.</summary>
    sealed class StopAfter(int windows, CancellationTokenSource stop) : ILogger<MetricRollups>
    {
        int _left = windows;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (--_left == 0)
            {
                stop.Cancel();
            }
        }
    }
}
