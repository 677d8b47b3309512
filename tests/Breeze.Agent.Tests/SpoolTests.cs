using Breeze.Agent.Metrics;
using Breeze.Agent.Spool;
using Breeze.Agent.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.Agent.Tests;

public sealed class SpoolTests : IDisposable
{
    readonly TemporaryDirectory _directory = new();
    readonly SampleShape _shape = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Readings_come_back_newest_first_in_batches_and_go_only_when_delivered()
    {
        var now = Now();
        using (var spool = Open())
        {
            for (var i = 0; i < 450; i++)
            {
                spool.Append([Reading(now - 450 + i)]);
            }
        }

        using var again = Open();
        var first = again.Take()!;
        first.Readings.Count.ShouldBeInRange(1, MetricSpool.BatchReadings);
        first.Readings[0].Sample.At.ShouldBe(now - 1);
        again.Return(first);
        again.Take()!.Readings[0].Sample.At.ShouldBe(now - 1);

        var seen = new List<long>();
        while (again.Take() is { } batch)
        {
            seen.AddRange(batch.Readings.Select(reading => reading.Sample.At));
            again.Delivered(batch);
        }

        seen.ShouldBe(Enumerable.Range(1, 450).Select(i => now - i));
        again.IsEmpty.ShouldBeTrue();
        Directory.GetFiles(_directory).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_appended_while_a_batch_is_away_is_not_deleted_with_it()
    {
        var now = Now();
        using var spool = Open();
        spool.Append([Reading(now - 2)]);
        var batch = spool.Take()!;
        spool.Append([Reading(now - 1)]);

        spool.Delivered(batch);

        spool.Take()!.Readings.ShouldHaveSingleItem().Sample.At.ShouldBe(now - 1);
    }

    [Fact]
    public void A_torn_tail_costs_the_torn_reading_alone()
    {
        var now = Now();
        using (var spool = Open())
        {
            spool.Append([Reading(now - 3), Reading(now - 2), Reading(now - 1)]);
        }

        var file = Directory.GetFiles(_directory).Single();
        using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.SetLength(stream.Length - 5);
        }

        using var again = Open();
        again.Take()!.Readings.Select(reading => reading.Sample.At).ShouldBe([now - 2, now - 3]);
    }

    [Fact]
    public void The_oldest_readings_make_room_and_old_age_ends_the_rest()
    {
        var now = Now();
        using var spool = new MetricSpool(_directory, TimeProvider.System, NullLogger.Instance, maximumBytes: 40_000);
        spool.Append([Reading(now - (long)TimeSpan.FromHours(73).TotalMilliseconds)]);
        for (var i = 0; i < 2000; i++)
        {
            spool.Append([Reading(now - 2000 + i)]);
        }

        spool.Bytes.ShouldBeLessThan(60_000);
        var batch = spool.Take()!;
        batch.Readings[0].Sample.At.ShouldBe(now - 1);
    }

    MetricSpool Open() => new(_directory, TimeProvider.System, NullLogger.Instance);

    Reading Reading(long at) => _shape.Build(at, new Dictionary<string, double> { ["a"] = 1, ["b"] = 2 });

    static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
