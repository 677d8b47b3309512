using Breeze.Core.Metrics;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Backtest;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Rules;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>When a rule would have fired, by the readings that are stored.</summary>
public sealed class BacktestTests(PostgresFixture postgres)
{
    const string Cpu = "system.cpu.utilization";
    const string Root = "system.filesystem.utilization{mountpoint=\"/\"}";
    const string Home = "system.filesystem.utilization{mountpoint=\"/home\"}";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_what_the_engine_did_with_the_same_readings()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var seed = Random.Shared.Next(1_000_000);
        var random = new Random(seed);
        const string Condition = "metric(\"system.filesystem.utilization\") > 90% for 2m";
        await bed.AddRuleAsync(Condition, "metric(\"system.filesystem.utilization\") < 80%", reopenMinutes: 0);
        var web = await bed.AddDeviceAsync("web");
        var engine = await bed.StartAsync();
        for (var minute = -120; minute < 0; minute++)
        {
            await bed.ObserveAsync(engine, web, await bed.ReadingAsync(minute * 60, (Root, Next()), (Home, Next())));
        }
        var answer = await AskAsync(bed, new() { Condition = Condition, Recovery = "system.filesystem.utilization < 80%", ReopenMinutes = 0, Days = 1 });
        await using var command = bed.Database.System.CreateCommand("SELECT label, fired_at, resolved_at FROM alerts WHERE fired_at IS NOT NULL ORDER BY fired_at DESC, label");
        await using var reader = await command.ExecuteReaderAsync(Token);
        List<(string, DateTimeOffset, DateTimeOffset?)> raised = [];
        while (await reader.ReadAsync(Token))
        {
            raised.Add((reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2)));
        }
        raised.ShouldNotBeEmpty();
        answer.Fired.OrderByDescending(f => f.From).ThenBy(f => f.Label).Select(f => (f.Label, f.From, f.Until)).ShouldBe(raised, $"seed {seed}");
        answer.Total.ShouldBe(raised.Count);
        answer.PerDay.Sum(d => d.Count).ShouldBe(raised.Count);
        answer.Fired.ShouldAllBe(f => f.Device == "web" && f.Peak > 0.9);

        double Next() => random.Next(4) == 0 ? 0.5 : 0.95;
    }

    [Fact]
    public async Task Stored_readings_are_looked_at_as_they_were_then()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var (web, db) = (await bed.AddDeviceAsync("web"), await bed.AddDeviceAsync("db"));
        // The processor of one is busy from the first hour on for twenty minutes; the disk of the other grows by a tenth of a percent a minute.
        await StoreAsync(bed, web, Cpu, -180, 180, m => m is >= -120 and < -100 ? 0.99 : 0.1);
        await StoreAsync(bed, db, Root, -840, 840, m => 0.1 + ((m + 840) * 0.001));
        var busy = await AskAsync(bed, new() { Condition = "avg(cpu.percent, 10m) > 90", Days = 1 });
        // With nine of ten readings, and until the second that is low.
        busy.Fired.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Device.ShouldBe("web"), f => f.From.ShouldBe(bed.Time.Now.AddMinutes(-112)), f => f.Until.ShouldBe(bed.Time.Now.AddMinutes(-99)),
            f => f.Peak!.Value.ShouldBe(99, 0.01), f => f.PeakText.ShouldBe("99 %"));
        busy.Notes.ShouldBeEmpty();
        var full = await AskAsync(bed, new() { Condition = "forecast(metric(\"system.filesystem.utilization\"), 5h) > 100%", Days = 1 });
        var fired = full.Fired.ShouldHaveSingleItem();
        fired.Device.ShouldBe("db");
        fired.Label.ShouldBe("mountpoint=\"/\"");
        // 0.1 + 0.001 x reaches 1 after 900 minutes, which is said five hours before.
        (fired.From - bed.Time.Now.AddMinutes(-840)).TotalMinutes.ShouldBe(600, 6);
        (await AskAsync(bed, new() { Condition = "baseline(cpu.percent) > 3", Days = 1 })).Notes.ShouldContain(n => n.Contains("not replayed"));
        var known = await AskAsync(bed, new() { Condition = "cpu.percent > 90 and hostname = \"web\"", Target = "os.family = \"linux\"", Days = 2 });
        known.Total.ShouldBe(1);
        known.DevicesLooked.ShouldBe(2);
        known.PerDay.Count.ShouldBe(3);
        known.Notes.ShouldContain(n => n.Contains("counts as it is now"));
    }

    [Fact]
    public async Task What_is_kept_as_means_only_is_replayed_from_them()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var web = await bed.AddDeviceAsync("web");
        var layout = (await bed.ReadingAsync(0, (Cpu, 0))).Layout.Id;
        await bed.ExecuteAsync("UPDATE partners SET metric_retention_days = 1");
        var at = bed.Time.Now.AddDays(-4);
        await bed.ExecuteAsync("SELECT breeze_ensure_rollup_partition('5m', $1)", DateOnly.FromDateTime(at.UtcDateTime));
        for (var i = 0; i < 6; i++)
        {
            await bed.ExecuteAsync($"INSERT INTO metric_rollups_5m_{at:yyyyMMdd} VALUES ($1, $2, $3, '{{0}}', ARRAY[$4], '{{1}}', '{{5}}')", web.DeviceId, at.AddMinutes(i * 5).UtcDateTime, layout, i is 2 or 3 ? 0.97f : 0.2f);
        }
        var answer = await AskAsync(bed, new() { Condition = "cpu.percent > 90 for 5m", Days = 7 });
        answer.Fired.ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.From.ShouldBe(at.AddMinutes(15)), f => f.Until.ShouldBe(at.AddMinutes(20)));
        answer.Notes.ShouldHaveSingleItem().ShouldContain("5-minute means");
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_other_tenants_devices_are_not_looked_at()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var web = await bed.AddDeviceAsync("web");
        await StoreAsync(bed, web, Cpu, -60, 60, _ => 0.99);
        using var backtests = Make(bed);
        (await backtests.RunAsync(Scope(bed), new() { Condition = "cpu.percent > 90", Days = 31 }, Token)).Problem!.Field.ShouldBe("days");
        (await backtests.RunAsync(Scope(bed), new() { Condition = "cpu.percent" }, Token)).Problem!.Expression!.Column.ShouldBe(1);
        (await backtests.RunAsync(Scope(bed), new() { Condition = "cpu.percent > 90", OrganizationId = Guid.CreateVersion7() }, Token)).Problem!.Refusal.Code.ShouldBe("organization_not_found");
        (await backtests.RunAsync(Scope(bed), new() { Condition = "cpu.percent > 90", OrganizationId = bed.Organization, SiteId = bed.Site }, Token)).Answer!.Total.ShouldBe(1);
        (await backtests.RunAsync(Scope(bed) with { OrganizationIds = [Guid.CreateVersion7()] }, new() { Condition = "cpu.percent > 90" }, Token)).Answer!.DevicesTotal.ShouldBe(0);
    }

    static async Task<BacktestAnswer> AskAsync(AlertBed bed, BacktestAsk ask)
    {
        using var backtests = Make(bed);
        var outcome = await backtests.RunAsync(Scope(bed), ask, Token);
        return outcome.Succeeded ? outcome.Answer : throw new InvalidOperationException(outcome.Problem.Refusal.Detail);
    }

    static Backtests Make(AlertBed bed)
    {
        var conditions = new AlertConditions(bed.Expressions);
        return new(bed.Database, new LayoutStore(bed.Database), bed.Expressions, conditions, new RuleCheck(conditions, bed.Expressions), bed.Time);
    }

    static AccessScope Scope(AlertBed bed) => new() { PartnerId = bed.Partner };

    static async Task StoreAsync(AlertBed bed, AgentEntry agent, string metric, int from, int count, Func<int, double> value)
    {
        var layout = (await bed.ReadingAsync(0, (metric, 0))).Layout.Id;
        int[] minutes = [.. Enumerable.Range(from, count)];
        await bed.ExecuteAsync(
            "INSERT INTO device_metrics (device_id, at, layout_id, metric_values) SELECT $1, $2 + make_interval(mins => m), $3, ARRAY[v] FROM unnest($4, $5) AS u (m, v)",
            agent.DeviceId, bed.Time.Now.UtcDateTime, layout, minutes, minutes.Select(value).ToArray());
    }
}
