using Breeze.Core.Metrics;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Evaluation;
using Breeze.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>What conditions ask of stored readings, logs, policies and scripts.</summary>
public sealed class WindowTests(PostgresFixture postgres)
{
    const string Disk = "system.filesystem.utilization";
    const string Io = "test.io";
    const string Cpu = "system.cpu.utilization";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_database_says_of_random_readings_is_what_a_plain_reading_of_them_says()
    {
        await using var bed = await MakeAsync(postgres);
        var seed = Random.Shared.Next(1_000_000);
        var random = new Random(seed);
        var layout = await new LayoutStore(bed.Database).GetOrAddAsync([Cpu, $"{Disk}{{mountpoint=\"/\"}}", $"{Disk}{{mountpoint=\"/home\"}}", $"{Io}{{device=\"eth0\"}}"], Token);
        List<(AgentEntry Agent, DateTimeOffset[] At, double[][] Values)> devices = [];
        for (var i = 0; i < 3; i++)
        {
            var agent = await bed.AddDeviceAsync($"host-{i}");
            var (at, values) = History(random, bed.Time.Now);
            devices.Add((agent, at, values));
            await bed.ExecuteAsync(
                """
                INSERT INTO device_metrics (device_id, at, layout_id, metric_values)
                SELECT $1, u.at, $2, ARRAY[u.a, u.b, u.c, u.d] FROM unnest($3, $4, $5, $6, $7) AS u (at, a, b, c, d)
                """, agent.DeviceId, layout.Id, at.Select(a => a.UtcDateTime).ToArray(), values[0], values[1], values[2], values[3]);
        }
        (await new MetricRollups(bed.Database, new(bed.Database), bed.Time, NullLogger<MetricRollups>.Instance).RunAsync(Token)).ShouldBeTrue();
        var rolledUp = new DateTimeOffset(await bed.ScalarAsync<DateTime>("SELECT done_until FROM metric_rollup_progress WHERE resolution = '5m'"));
        rolledUp.ShouldBeGreaterThan(bed.Time.Now.AddMinutes(-20));
        string[] spans = ["7m", "1h10m", "1d"];
        Dictionary<string, (int Metric, string Label, Func<ReferenceWindow, double> Expected)> asked = [];
        foreach (var (text, span) in spans.Zip([TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(70), TimeSpan.FromDays(1)]))
        {
            asked[$"avg(cpu.percent, {text}) > 1"] = (0, "", r => r.Average(span) * 100);
            asked[$"avg({Disk}, {text}) > 1"] = (1, "mountpoint=\"/\"", r => r.Average(span));
            asked[$"min({Disk}, {text}) > 1"] = (2, "mountpoint=\"/home\"", r => r.Least(span));
            asked[$"max(metric(\"{Disk}\", mountpoint = \"/home\"), {text}) > 1"] = (2, "mountpoint=\"/home\"", r => r.Greatest(span));
            asked[$"rate({Io}, {text}) > 1"] = (3, "device=\"eth0\"", r => r.Rate(span));
        }
        asked[$"forecast({Disk}, 4d) > 98%"] = (1, "mountpoint=\"/\"", r => r.Forecast(TimeSpan.FromDays(4), rolledUp));
        asked["forecast(cpu.percent, 1h30m) > 98"] = (0, "", r => r.Forecast(TimeSpan.FromMinutes(90), rolledUp) * 100);
        foreach (var text in asked.Keys)
        {
            await bed.AddRuleAsync(text);
        }
        var engine = await bed.StartAsync();
        await engine.RefreshWindowsAsync(Token);
        var rules = engine.Book.Partners[bed.Partner].Rules.ToDictionary(r => r.ConditionText);
        rules.Count.ShouldBe(asked.Count);
        foreach (var (text, (metric, label, expected)) in asked)
        {
            foreach (var (agent, at, values) in devices)
            {
                var reference = new ReferenceWindow([.. at.Zip(values[metric]).Where(r => !double.IsNaN(r.Second))], bed.Time.Now);
                var found = rules[text].Windows[0].Window.Of(agent.DeviceId).Where(v => v.Label == label).Select(v => v.Value).ToList();
                var about = $"seed {seed}: {text}";
                var plain = expected(reference);
                found.Count.ShouldBe(double.IsNaN(plain) ? 0 : 1, about);
                found.ForEach(f => Math.Abs(f - plain).ShouldBeLessThan(1e-9 + (1e-4 * Math.Max(1, Math.Abs(plain))), $"{about}: {f} is not {plain}"));
            }
        }
    }

    [Fact]
    public async Task A_baseline_is_the_same_hour_of_the_weeks_before_and_wants_two_of_them()
    {
        await using var bed = await MakeAsync(postgres);
        await bed.AddRuleAsync("baseline(cpu.percent) > 3", name: "Unusual");
        var (known, young) = (await bed.AddDeviceAsync("known"), await bed.AddDeviceAsync("young"));
        var layout = (await bed.ReadingAsync(0, (Cpu, 0))).Layout.Id;
        var newest = bed.Time.Now.AddMinutes(-15);
        await RollUpAsync("5m", known, newest, 0.6f);
        await RollUpAsync("5m", young, newest, 0.6f);
        await RollUpAsync("1h", young, Hour(newest).AddDays(-7), 0.2f);
        float[] weeks = [0.2f, 0.3f, 0.25f, 0.25f];
        for (var week = 1; week <= 4; week++)
        {
            await RollUpAsync("1h", known, Hour(newest).AddDays(-7 * week), weeks[week - 1]);
            // Of another hour: nothing to do with it.
            await RollUpAsync("1h", known, Hour(newest).AddDays(-7 * week).AddHours(-3), 0.9f);
        }
        var engine = await bed.StartAsync();
        await engine.RefreshWindowsAsync(Token);
        var window = engine.Book.Partners[bed.Partner].Rules[0].Windows[0].Window;
        // The mean is 0.25 and the deviation 0.0408.
        window.Of(known.DeviceId).ShouldHaveSingleItem().Value.ShouldBe(0.35 / 0.040825, 0.01);
        window.Of(young.DeviceId).ShouldBeEmpty();
        await bed.TickAsync(engine);
        (await bed.AlertsAsync()).ShouldBe(["Unusual known  firing 0 0 firing"]);

        async Task RollUpAsync(string tier, AgentEntry agent, DateTimeOffset at, float value)
        {
            var first = tier == "5m" ? DateOnly.FromDateTime(at.UtcDateTime) : new DateOnly(at.UtcDateTime.Year, at.UtcDateTime.Month, 1);
            await bed.ExecuteAsync("SELECT breeze_ensure_rollup_partition($1, $2)", tier, DateOnly.FromDateTime(at.UtcDateTime));
            await bed.ExecuteAsync($"INSERT INTO metric_rollups_{tier}_{first:yyyyMMdd} VALUES ($1, $2, $3, ARRAY[$4], ARRAY[$4], ARRAY[$4], ARRAY[5]::smallint[])", agent.DeviceId, at.UtcDateTime, layout, value);
        }

        static DateTimeOffset Hour(DateTimeOffset at) => at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerHour));
    }

    [Fact]
    public async Task Each_series_of_stored_readings_has_an_alert_and_nothing_ends_while_the_device_is_away()
    {
        await using var bed = await MakeAsync(postgres);
        await bed.AddRuleAsync($"avg({Disk}, 10m) > 90%", name: "Full");
        var web = await bed.AddDeviceAsync("web");
        var engine = await bed.StartAsync();
        await bed.ObserveAsync(engine, web, await Both(-60, 0.99, 0.2), await Both(-30, 0.93, 0.2));
        await bed.TickAsync(engine);
        (await bed.AlertsAsync()).ShouldBeEmpty("nothing is decided before stored readings were asked");
        await TickAsync(0);
        (await bed.AlertsAsync()).ShouldBe(["Full web mountpoint=\"/\" firing 0 0 firing"]);
        (await bed.ScalarAsync<string>("SELECT title FROM alerts")).ShouldBe("Full: / of web is at 96 %");
        await bed.ExecuteAsync("UPDATE devices SET status = 'offline'");
        await TickAsync(3600);
        (await bed.ScalarAsync<string>("SELECT status FROM alerts")).ShouldBe("firing");
        await bed.ExecuteAsync("UPDATE devices SET status = 'online'");
        await bed.ObserveAsync(engine, web, await Both(0, 0.5, 0.95));
        await TickAsync(10);
        (await bed.ScalarAsync<string>("SELECT string_agg(concat_ws(' ', label, status), '; ' ORDER BY label) FROM alerts")).ShouldBe("mountpoint=\"/\" resolved; mountpoint=\"/home\" firing");

        async Task TickAsync(double seconds)
        {
            bed.Time.Now = bed.Time.Now.AddSeconds(seconds);
            await engine.RefreshWindowsAsync(Token);
            await bed.TickAsync(engine);
        }

        Task<Reading> Both(double second, double root, double home) => bed.ReadingAsync(second, ($"{Disk}{{mountpoint=\"/\"}}", root), ($"{Disk}{{mountpoint=\"/home\"}}", home));
    }

    [Fact]
    public async Task A_reading_and_what_was_stored_are_compared_together_at_readings()
    {
        await using var bed = await MakeAsync(postgres);
        await bed.AddRuleAsync("cpu.percent > 90 and max(cpu.percent, 10m) > 95", name: "Both");
        var web = await bed.AddDeviceAsync("web");
        var engine = await bed.StartAsync();
        await engine.RefreshWindowsAsync(Token);
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(-30, (Cpu, 0.97)));
        (await bed.AlertsAsync()).ShouldBeEmpty();
        await engine.RefreshWindowsAsync(Token);
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(-10, (Cpu, 0.92)));
        (await bed.AlertsAsync()).ShouldBe(["Both web  firing 0 -10 firing"]);
    }

    [Fact]
    public async Task What_is_missing_from_readings_and_what_logs_policies_and_scripts_say_is_asked_of_all_devices()
    {
        await using var bed = await MakeAsync(postgres);
        await bed.AddRuleAsync($"absent(metric(\"{Disk}\", mountpoint = \"/data\"))", name: "1 absent");
        await bed.AddRuleAsync("event(\"sshd\", level = \"error\", message = \"FAILED password\", count >= 3, within = 10m)", name: "2 event");
        await bed.AddRuleAsync("event(id = \"41\")", name: "3 id");
        await bed.AddRuleAsync("compliance(\"Baseline\") = \"failed\"", name: "4 policy");
        await bed.AddRuleAsync("script(\"check\") != 0", name: "5 script");
        var (web, db) = (await bed.AddDeviceAsync("web"), await bed.AddDeviceAsync("db"));
        foreach (var (agent, failures) in new[] { (web, 3), (db, 2) })
        {
            for (var i = 0; i < 3; i++)
            {
                await bed.ExecuteAsync(
                    "INSERT INTO device_log_entries (device_id, at, id, source, level, event_code, message) VALUES ($1, $2, gen_random_uuid(), 'SSHD', 'error', '41', 'Failed password for root')",
                    agent.DeviceId, bed.Time.Now.AddMinutes(i < failures ? -i : -11).UtcDateTime);
            }
        }
        var (policy, script) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await bed.ExecuteAsync("INSERT INTO policies (id, partner_id, name, definition) VALUES ($1, $2, 'baseline', '{}')", policy, bed.Partner);
        await bed.ExecuteAsync("INSERT INTO policy_compliance (policy_id, device_id, status, checked_at) VALUES ($1, $2, 'failed', now()), ($1, $3, 'compliant', now())", policy, web.DeviceId, db.DeviceId);
        await bed.ExecuteAsync("INSERT INTO scripts (id, partner_id, name, runtime, content) VALUES ($1, $2, 'Check', 'bash', 'exit 1')", script, bed.Partner);
        foreach (var (agent, code) in new[] { (web, 0), (web, 2), (db, 2), (db, 0) })
        {
            var (command, execution) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            await bed.ExecuteAsync(
                "INSERT INTO device_commands (id, partner_id, organization_id, device_id, type, payload, timeout_seconds, expires_at, queued_at) VALUES ($1, $2, $3, $4, 'script', '{}', 60, now() + interval '1 day', now())", command, bed.Partner, bed.Organization, agent.DeviceId);
            await bed.ExecuteAsync(
                "INSERT INTO script_executions (id, partner_id, organization_id, device_id, script_id, command_id, runtime, content_sha256) VALUES ($1, $2, $3, $4, $5, $6, 'bash', sha256(''))",
                execution, bed.Partner, bed.Organization, agent.DeviceId, script, command);
            await bed.ExecuteAsync("INSERT INTO command_results (command_id, device_id, status, exit_code, received_at) VALUES ($1, $2, 'completed', $3, now())", command, agent.DeviceId, code);
        }
        var engine = await bed.StartAsync();
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(-5, ($"{Disk}{{mountpoint=\"/\"}}", 0.1)));
        await bed.ObserveAsync(engine, db, await bed.ReadingAsync(-5, ($"{Disk}{{mountpoint=\"/data\"}}", 0.1)));
        await bed.TickAsync(engine);
        (await bed.AlertsAsync()).Select(a => string.Join(' ', a.Split(' ')[..3])).ShouldBe(["1 absent web", "2 event web", "3 id db", "3 id web", "4 policy web", "5 script web"]);
    }

    static async Task<AlertBed> MakeAsync(PostgresFixture postgres)
    {
        var bed = await AlertBed.MakeAsync(postgres);
        await bed.ExecuteAsync("INSERT INTO metric_definitions (name, unit, kind, plugin_id, labels) VALUES ('test.io', 'By', 'counter', 'test', '{device}')");
        return bed;
    }

    /// <summary>A day and two hours of readings, with gaps, values that are missing now and then, and totals that begin anew.</summary>
    static (DateTimeOffset[] At, double[][] Values) History(Random random, DateTimeOffset now)
    {
        List<DateTimeOffset> times = [];
        for (var at = now.AddHours(-26); at <= now; at = at.AddSeconds(random.Next(150) switch { 0 => random.Next(70, 200) * 60, < 10 => random.Next(60, 600), _ => random.Next(20, 90) }))
        {
            times.Add(at);
        }
        var total = 0d;
        double[][] values = [.. Enumerable.Range(0, 4).Select(_ => new double[times.Count])];
        for (var i = 0; i < times.Count; i++)
        {
            for (var metric = 0; metric < 3; metric++)
            {
                values[metric][i] = random.Next(15) == 0 ? double.NaN : random.NextDouble();
            }
            total = random.Next(100) == 0 ? random.Next(1000) : total + random.Next(1_000_000);
            values[3][i] = total;
        }
        return ([.. times], values);
    }
}
