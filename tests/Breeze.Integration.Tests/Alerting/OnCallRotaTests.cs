using System.Globalization;
using Breeze.Features.Alerting.OnCall;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Who is on call at a moment.</summary>
public sealed class OnCallRotaTests
{
    static readonly Guid Ada = new("00000000-0000-0000-0000-00000000000a");
    static readonly Guid Bob = new("00000000-0000-0000-0000-00000000000b");
    static readonly Guid Cleo = new("00000000-0000-0000-0000-00000000000c");

    static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    static OnCallLayer Layer(string zone, string start, string handOver, int days, Guid[] users, params OnCallHoursDraft[] hours)
    {
        var (layer, error) = OnCallLayer.Read(new("", start, handOver, days, users, hours), TimeZoneInfo.FindSystemTimeZoneById(zone));
        error.ShouldBeNull();
        return layer!;
    }

    static OnCallOverride Override(Guid user, string from, string until, int made = 0) =>
        new() { Id = Guid.NewGuid(), UserId = user, StartsAt = At(from), EndsAt = At(until), CreatedAt = At("2026-01-01T00:00Z").AddMinutes(made) };

    static string Name(Guid? user) => user == Ada ? "Ada" : user == Bob ? "Bob" : user == Cleo ? "Cleo" : "nobody";

    [Theory]
    [InlineData("2026-03-02T07:59Z", "nobody")]
    [InlineData("2026-03-02T08:00Z", "Ada")]
    [InlineData("2026-03-09T07:59Z", "Ada")]
    [InlineData("2026-03-09T08:00Z", "Bob")]
    [InlineData("2026-03-16T08:00Z", "Cleo")]
    [InlineData("2026-03-23T08:00Z", "Ada")]
    // Summer began on the 29th: nine o'clock in Berlin is an hour earlier now.
    [InlineData("2026-03-30T06:59Z", "Ada")]
    [InlineData("2026-03-30T07:00Z", "Bob")]
    [InlineData("2029-03-05T08:00Z", "Bob")]
    public void People_take_turns_of_a_week_and_hand_over_by_the_clock_on_the_wall(string at, string who) =>
        Name(new OnCallRota([Layer("Europe/Berlin", "2026-03-02", "09:00", 7, [Ada, Bob, Cleo])], []).At(At(at))).ShouldBe(who);

    [Theory]
    // There is no half past two on 29 March: the turn changes at three, which is one o'clock in UTC.
    [InlineData("Europe/Berlin", "2026-03-28", "02:30", "2026-03-29T00:59Z", "2026-03-29T01:00Z")]
    // Half past two comes twice on 25 October: the first one counts.
    [InlineData("Europe/Berlin", "2026-10-24", "02:30", "2026-10-25T00:29Z", "2026-10-25T00:30Z")]
    // In Lebanon the clocks go forward at midnight.
    [InlineData("Asia/Beirut", "2026-03-28", "00:00", "2026-03-28T21:59Z", "2026-03-28T22:00Z")]
    [InlineData("Asia/Kolkata", "2026-03-28", "09:00", "2026-03-29T03:29Z", "2026-03-29T03:30Z")]
    public void A_hand_over_falls_on_the_day_on_which_clocks_change(string zone, string start, string handOver, string before, string after)
    {
        var rota = new OnCallRota([Layer(zone, start, handOver, 1, [Ada, Bob])], []);
        Name(rota.At(At(before))).ShouldBe("Ada");
        Name(rota.At(At(after))).ShouldBe("Bob");
        rota.From(At(before)).Until.ShouldBe(At(after));
    }

    [Fact]
    public void The_last_layer_that_covers_a_moment_counts_and_overrides_before_it()
    {
        var rota = new OnCallRota(
            [
                Layer("Europe/Berlin", "2026-03-02", "09:00", 7, [Ada]),
                Layer("Europe/Berlin", "2026-03-02", "09:00", 1, [Bob], new OnCallHoursDraft([1, 2, 3, 4, 5], "08:00", "18:00"), new OnCallHoursDraft([6], "22:00", "06:00")),
            ],
            [Override(Cleo, "2026-03-04T10:00Z", "2026-03-04T12:00Z"), Override(Ada, "2026-03-04T11:00Z", "2026-03-04T13:00Z", made: 1)]);
        var turns = rota.Between(At("2026-03-04T06:00Z"), At("2026-03-09T08:00Z"));
        turns.Select(t => $"{Name(t.UserId)} {t.From:dd HH:mm}").ShouldBe(
        [
            "Ada 04 06:00", "Bob 04 07:00", "Cleo 04 10:00", "Ada 04 11:00", "Bob 04 13:00", "Ada 04 17:00",
            "Bob 05 07:00", "Ada 05 17:00", "Bob 06 07:00", "Ada 06 17:00", "Bob 07 21:00", "Ada 08 05:00", "Bob 09 07:00",
        ]);
        turns[2].OverrideId.ShouldNotBeNull();
        turns[^1].Until.ShouldBe(At("2026-03-09T08:00Z"));
    }

    [Fact]
    public void Hours_that_nobody_covers_are_gaps()
    {
        var rota = new OnCallRota([Layer("UTC", "2026-03-02", "00:00", 7, [Ada], new OnCallHoursDraft([1, 2, 3, 4, 5], "08:00", "18:00"))], []);
        rota.Between(At("2026-03-06T12:00Z"), At("2026-03-09T12:00Z")).Select(t => $"{Name(t.UserId)} {t.From:dd HH}-{t.Until:dd HH}").ShouldBe(["Ada 06 12-06 18", "nobody 06 18-09 08", "Ada 09 08-09 12"]);
        new OnCallRota([], []).From(At("2026-03-06T12:00Z")).UserId.ShouldBeNull();
    }

    [Fact]
    public void A_calendar_says_at_every_moment_what_the_moment_says()
    {
        var random = new Random(7);
        string[] zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kathmandu", "UTC"];
        string Hour() => $"{random.Next(24):00}:{random.Next(4) * 15:00}";
        for (var i = 0; i < 60; i++)
        {
            var zone = zones[i % zones.Length];
            var layers = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Layer(
                zone, $"2026-{random.Next(1, 13):00}-{random.Next(1, 29):00}", Hour(), random.Next(1, 9), [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new[] { Ada, Bob, Cleo }[random.Next(3)])],
                [.. Enumerable.Range(0, random.Next(3)).Select(_ => new OnCallHoursDraft([.. Enumerable.Range(1, 7).Where(_ => random.Next(2) == 0)], Hour(), Hour()))])).ToList();
            var from = At("2026-01-01T00:00Z").AddMinutes(random.Next(500_000));
            var overrides = Enumerable.Range(0, random.Next(4)).Select(n => from.AddMinutes(random.Next(20_000))).Select((s, n) => new OnCallOverride
            {
                Id = Guid.NewGuid(), UserId = new[] { Ada, Bob, Cleo }[random.Next(3)], StartsAt = s, EndsAt = s.AddMinutes(random.Next(1, 5000)), CreatedAt = from.AddMinutes(n),
            }).ToList();
            var rota = new OnCallRota(layers, overrides);
            var turns = rota.Between(from, from.AddDays(14));
            turns[0].From.ShouldBe(from);
            turns[^1].Until.ShouldBe(from.AddDays(14));
            turns.Zip(turns.Skip(1)).ShouldAllBe(p => p.First.Until == p.Second.From);
            for (var n = 0; n < 200; n++)
            {
                var at = from.AddMinutes(random.Next(14 * 24 * 60));
                rota.At(at).ShouldBe(turns.Single(t => t.From <= at && at < t.Until).UserId, $"case {i} at {at:O} in {zone}");
            }
        }
    }

    [Theory]
    [InlineData("2026-02-30", "09:00", 7, 1, "08:00")]
    [InlineData("2026-02-03", "25:00", 7, 1, "08:00")]
    [InlineData("2026-02-03", "09:00", 0, 1, "08:00")]
    [InlineData("2026-02-03", "09:00", 7, 0, "08:00")]
    [InlineData("2026-02-03", "09:00", 7, 1, "8")]
    public void A_layer_that_makes_no_sense_says_why(string start, string handOver, int days, int users, string from)
    {
        var (layer, error) = OnCallLayer.Read(new("", start, handOver, days, [.. Enumerable.Repeat(Ada, users)], [new([1], from, "18:00")]), TimeZoneInfo.Utc);
        layer.ShouldBeNull();
        error.ShouldNotBeNullOrEmpty();
    }
}
