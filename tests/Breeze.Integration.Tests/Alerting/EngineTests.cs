using Breeze.Core.Events;
using Breeze.Embedded;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>The engine over a real database, with a clock that stands still.</summary>
public sealed class EngineTests(PostgresFixture postgres)
{
    const string Cpu = "system.cpu.utilization";
    const string Root = "system.filesystem.utilization{mountpoint=\"/\"}";
    const string Home = "system.filesystem.utilization{mountpoint=\"/home\"}";

    [Fact]
    public async Task A_condition_that_holds_for_long_enough_fires_once_and_ends_when_it_no_longer_does()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        await bed.AddRuleAsync("cpu.percent > 90 for 2m", name: "Busy");
        var web = await bed.AddDeviceAsync("web");
        var engine = await bed.StartAsync();
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(0, (Cpu, 0.95)));
        (await bed.AlertsAsync()).ShouldBe(["Busy web  pending 0"]);
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(60, (Cpu, 0.95)), await bed.ReadingAsync(120, (Cpu, 0.97)));
        (await bed.AlertsAsync()).ShouldBe(["Busy web  firing 0 120 firing"]);
        (await bed.ScalarAsync<string>("SELECT title FROM alerts")).ShouldBe("Busy: web is at 97 %");
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(180, (Cpu, 0.5)));
        (await bed.AlertsAsync()).ShouldBe(["Busy web  resolved recovered 0 120 180 firing,resolved"]);
        (await bed.ScalarAsync<string>("SELECT string_agg(type, ' ' ORDER BY id) FROM outbox_events")).ShouldBe("alert.raised alert.resolved");
    }

    [Fact]
    public async Task Nodes_that_do_not_hear_each_other_rely_on_nothing_that_they_remember()
    {
        var scratch = Directory.CreateTempSubdirectory("breeze-redis-");
        using (var redis = EmbeddedRedis.Start(scratch.FullName))
        {
            await using var here = await EventBus.ConnectAsync(redis.ConnectionString);
            await using var there = await EventBus.ConnectAsync(redis.ConnectionString);
            await using var bed = await AlertBed.MakeAsync(postgres);
            await bed.AddRuleAsync("cpu.percent > 90", name: "Busy", reopenMinutes: 0);
            var web = await bed.AddDeviceAsync("web");
            var (one, two) = (await bed.StartAsync(here), await bed.StartAsync(there));
            here.Hearing.ShouldBe(0);
            there.Hearing.ShouldBe(0);
            await bed.ObserveAsync(one, web, await bed.ReadingAsync(0, (Cpu, 0.95)));
            redis.Dispose();
            await Http.UntilAsync(() => Task.FromResult(here.Hearing is null && there.Hearing is null));
            await bed.ObserveAsync(two, web, await bed.ReadingAsync(60, (Cpu, 0.2)));
            (await bed.AlertsAsync()).ShouldBe(["Busy web  resolved recovered 0 0 60 firing,resolved"]);
            // It thought that the alert still fires, and would have kept silent.
            await bed.ObserveAsync(one, web, await bed.ReadingAsync(120, (Cpu, 0.95)));
            await bed.ObserveAsync(two, web, await bed.ReadingAsync(180, (Cpu, 0.2)));
            (await bed.AlertsAsync()).ShouldBe(["Busy web  resolved recovered 0 0 60 firing,resolved", "Busy web  resolved recovered 0 120 180 firing,resolved"]);
        }
        scratch.Delete(recursive: true);
    }

    [Fact]
    public async Task What_comes_late_beside_a_repeated_newer_reading_changes_nothing_at_a_node_that_starts_anew_either()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        await bed.AddRuleAsync("cpu.percent > 90", name: "Busy");
        var web = await bed.AddDeviceAsync("web");
        var engine = await bed.StartAsync();
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(100, (Cpu, 0.95)));
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(190, (Cpu, 0.95)));
        await bed.ObserveAsync(await bed.StartAsync(), web, await bed.ReadingAsync(185, (Cpu, 0.2)), await bed.ReadingAsync(190, (Cpu, 0.95)));
        (await bed.AlertsAsync()).ShouldBe(["Busy web  firing 0 100 firing"]);
        // What was stored and not looked at before the node died is repeated, and counts.
        await bed.ExecuteAsync("INSERT INTO device_metrics (device_id, at, layout_id, metric_values) SELECT device_id, $2, layout_id, ARRAY[0.2] FROM device_metrics WHERE device_id = $1 LIMIT 1", web.DeviceId, bed.Time.Now.AddSeconds(200).UtcDateTime);
        await bed.ObserveAsync(await bed.StartAsync(), web, await bed.ReadingAsync(200, (Cpu, 0.2)), await bed.ReadingAsync(210, (Cpu, 0.2)));
        (await bed.AlertsAsync()).ShouldBe(["Busy web  resolved recovered 0 100 200 firing,resolved"]);
    }

    [Fact]
    public async Task Each_series_has_an_alert_of_its_own_and_one_that_is_gone_ends()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        await bed.AddRuleAsync("metric(\"system.filesystem.utilization\") > 90%", name: "Full", title: "{{ label }} of {{ device.name }}: {{ value }}");
        var web = await bed.AddDeviceAsync("web");
        var engine = await bed.StartAsync();
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(0, (Root, 0.962), (Home, 0.93)));
        (await bed.AlertsAsync()).ShouldBe(["Full web mountpoint=\"/\" firing 0 0 firing", "Full web mountpoint=\"/home\" firing 0 0 firing"]);
        (await bed.ScalarAsync<string>("SELECT title FROM alerts WHERE label LIKE '%\"/\"'")).ShouldBe("/ of web: 96.2 %");
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(60, (Root, 0.97)));
        (await bed.AlertsAsync()).ShouldBe(["Full web mountpoint=\"/\" firing 0 0 firing", "Full web mountpoint=\"/home\" resolved recovered 0 0 60 firing,resolved"]);
    }

    [Fact]
    public async Task One_that_comes_back_soon_is_the_same_again_and_a_recovery_condition_keeps_it_until_then()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        await bed.AddRuleAsync("cpu.percent > 90", recovery: "cpu.percent < 70", name: "Busy", reopenMinutes: 10);
        var web = await bed.AddDeviceAsync("web");
        var engine = await bed.StartAsync();
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(0, (Cpu, 0.95)));
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(60, (Cpu, 0.8)));
        (await bed.AlertsAsync()).ShouldBe(["Busy web  firing 0 0 firing"]);
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(120, (Cpu, 0.6)));
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(180, (Cpu, 0.95)));
        (await bed.AlertsAsync()).ShouldBe(["Busy web  firing 1 180 firing,resolved,reopened"]);
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(240, (Cpu, 0.6)));
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(2000, (Cpu, 0.95)));
        (await bed.AlertsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_device_that_is_offline_alerts_at_ticks_and_what_it_was_about_to_alert_is_forgotten()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        await bed.AddRuleAsync("offline for 10m and hostname = \"web\"", name: "Gone");
        await bed.AddRuleAsync("cpu.percent > 90 for 1h", name: "Busy");
        var web = await bed.AddDeviceAsync("web");
        await bed.AddDeviceAsync("other");
        var engine = await bed.StartAsync();
        var began = bed.Time.Now;
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(-1, (Cpu, 0.95)));
        await bed.TickAsync(engine);
        (await bed.AlertsAsync()).ShouldBe(["Busy web  pending 0"]);
        await bed.ExecuteAsync("UPDATE devices SET status = 'offline'");
        await bed.TickAsync(engine);
        (await bed.AlertsAsync()).Where(a => a.Contains("web", StringComparison.Ordinal)).ShouldBe(["Gone web  pending 0"]);
        bed.Time.Now = began.AddMinutes(10);
        var next = await bed.StartAsync();
        await bed.TickAsync(next);
        (await bed.AlertsAsync()).Where(a => a.Contains("web", StringComparison.Ordinal)).ShouldBe(["Gone web  firing 0 0 firing"]);
        await bed.ExecuteAsync("UPDATE devices SET status = 'online'");
        bed.Time.Now = began.AddMinutes(11);
        await bed.TickAsync(next);
        bed.Time.Now = began;
        (await bed.AlertsAsync()).ShouldBe(["Gone web  resolved recovered 0 600 660 firing,resolved"]);
    }

    [Fact]
    public async Task An_alert_ends_when_its_rule_is_switched_off_or_no_longer_means_the_device()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var off = await bed.AddRuleAsync("cpu.percent > 90", name: "Off");
        await bed.AddRuleAsync("cpu.percent > 90", target: "tags has \"prod\"", name: "Target");
        await bed.AddRuleAsync("cpu.percent > 90", target: "os.family = \"windows\"", name: "Windows");
        var parent = await bed.AddRuleAsync("cpu.percent > 90", name: "Wide");
        await bed.ExecuteAsync(
            "INSERT INTO alert_rules (id, partner_id, organization_id, parent_id, name, severity, condition) VALUES ($1, $2, $3, $4, 'Narrow', 'info', 'cpu.percent > 99')",
            Guid.CreateVersion7(), bed.Partner, bed.Organization, parent);
        var web = await bed.AddDeviceAsync("web");
        await bed.ExecuteAsync("UPDATE devices SET tags = '{prod}'");
        var engine = await bed.StartAsync();
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(-1, (Cpu, 0.95)));
        (await bed.AlertsAsync()).ShouldBe(["Off web  firing 0 -1 firing", "Target web  firing 0 -1 firing"]);
        await bed.ExecuteAsync("UPDATE alert_rules SET enabled = false, updated_at = now() WHERE id = $1", off);
        await bed.ExecuteAsync("UPDATE devices SET tags = '{}'");
        await bed.TickAsync(engine);
        (await bed.AlertsAsync()).ShouldBe(["Off web  resolved rule_changed 0 -1 0 firing,resolved", "Target web  resolved out_of_scope 0 -1 0 firing,resolved"]);
    }

    [Fact]
    public async Task What_a_person_did_stays_and_a_hostile_template_cannot_lose_an_alert()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        await bed.AddRuleAsync("cpu.percent > 90", name: "Busy", title: "{{ for i in 1..100000000 }}x{{ end }}");
        var web = await bed.AddDeviceAsync("<b>web</b>{{ 1 }}");
        var engine = await bed.StartAsync();
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(0, (Cpu, 0.95)));
        (await bed.ScalarAsync<string>("SELECT title FROM alerts")).ShouldBe("Busy: <b>web</b>{{ 1 }} is at 95 %");
        await bed.ExecuteAsync("UPDATE alerts SET status = 'acknowledged', acknowledged_at = now()");
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(60, (Cpu, 0.95)));
        (await bed.ScalarAsync<string>("SELECT status FROM alerts")).ShouldBe("acknowledged");
        await bed.ExecuteAsync("UPDATE alerts SET status = 'resolved', resolved_at = now(), resolution = 'person', changed_at = now()");
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(120, (Cpu, 0.5)));
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(180, (Cpu, 0.95)));
        (await bed.ScalarAsync<string>("SELECT string_agg(status || ' ' || coalesce(resolution, ''), ',' ORDER BY id) FROM alerts")).ShouldBe("resolved person,firing ");
    }

    [Fact]
    public async Task A_reading_that_changes_nothing_allocates_nothing_and_asks_nobody()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        for (var i = 0; i < 20; i++)
        {
            await bed.AddRuleAsync($"(cpu.percent > {80 + i} and os.family = \"linux\") for 5m", recovery: "cpu.percent < 50");
            await bed.AddRuleAsync($"metric(\"system.filesystem.utilization\") > {80 + i}%");
        }
        var web = await bed.AddDeviceAsync("web");
        var engine = await bed.StartAsync();
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(0, (Cpu, 0.5), (Root, 0.5), (Home, 0.995)));
        var reading = await bed.ReadingAsync(1, (Cpu, 0.5), (Root, 0.5), (Home, 0.995));
        engine.Observe(web, reading, null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i <= 1000; i++)
        {
            engine.Observe(web, reading with { AtMs = reading.AtMs + i }, null);
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        (await bed.ScalarAsync<long>("SELECT count(*) FROM alerts WHERE status = 'firing'")).ShouldBe(20);
    }

    [Fact]
    public async Task A_rule_that_was_changed_keeps_what_fires_and_still_holds_and_ends_the_rest()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var rule = await bed.AddRuleAsync("cpu.percent > 90 for 1m", name: "Busy");
        var (web, db) = (await bed.AddDeviceAsync("web"), await bed.AddDeviceAsync("db"));
        var engine = await bed.StartAsync();
        foreach (var (device, value) in new[] { (web, 0.99), (db, 0.92) })
        {
            await bed.ObserveAsync(engine, device, await bed.ReadingAsync(0, (Cpu, value)));
            await bed.ObserveAsync(engine, device, await bed.ReadingAsync(60, (Cpu, value)));
        }
        await bed.ExecuteAsync("UPDATE alert_rules SET condition = 'cpu.percent > 95 for 10m', version = 2, updated_at = now() WHERE id = $1", rule);
        await engine.LoadRulesAsync(TestContext.Current.CancellationToken);
        await bed.ObserveAsync(engine, web, await bed.ReadingAsync(600, (Cpu, 0.99)));
        await bed.ObserveAsync(engine, db, await bed.ReadingAsync(600, (Cpu, 0.92)));
        (await bed.AlertsAsync()).ShouldBe(["Busy db  resolved rule_changed 0 60 600 firing,resolved", "Busy web  firing 0 60 firing"]);
    }
}
