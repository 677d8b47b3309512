using System.Diagnostics;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Many alerts at once are one thing that happened.</summary>
public sealed class StormTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alerts_of_one_rule_that_come_together_are_told_as_one_and_a_storm_as_an_incident()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("a")]);
        var rule = await bed.AddRuleAsync("Disk is full");
        for (var i = 0; i < 20; i++)
        {
            await bed.RaiseAsync($"Disk {i}", severity: i == 7 ? "critical" : "warning", rule: rule);
        }
        var other = await bed.RaiseAsync("Of another rule");
        (await bed.RunAsync()).ShouldBe(["a", "a"]);
        var grouped = bed.Told.Single(t => t.Told.OtherCount > 0).Told;
        grouped.Title.ShouldBe("Disk 7");
        grouped.OtherCount.ShouldBe(19);
        (await bed.CountAsync("notifications WHERE status = 'merged' AND merged_into = $1", grouped.NotificationId)).ShouldBe(19);

        bed.Time.Now = bed.Time.Now.AddSeconds(30);
        for (var i = 20; i < 30; i++)
        {
            await bed.RaiseAsync($"Disk {i}", rule: rule, device: i % 2 == 0 ? bed.Device : bed.OtherDevice);
        }
        (await bed.RunAsync()).ShouldBeEmpty("how many it is shows in a moment");
        await bed.RaiseAsync("Disk 30", rule: rule);
        (await bed.RunAsync()).ShouldBeEmpty();
        (await bed.AfterAsync(TimeSpan.FromSeconds(6))).ShouldBe(["a"]);
        bed.Told.Single().Told.Title.ShouldBe("2 devices: Disk is full");
        (await bed.CountAsync("incidents WHERE status = 'open' AND organization_id IS NULL")).ShouldBe(1);
        (await bed.CountAsync("alerts WHERE incident_id IS NOT NULL")).ShouldBe(31);
        (await bed.CountAsync("alerts WHERE suppressed_by = 'storm'")).ShouldBe(30, "all but the one at its head");

        bed.Time.Now = bed.Time.Now.AddMinutes(10);
        await bed.RaiseAsync("Much later", rule: rule);
        (await bed.RunAsync()).ShouldBe(["a"], "it is no part of it any more");
        await bed.ExecuteAsync("UPDATE alerts SET status = 'resolved', resolved_at = $1, resolution = 'recovered' WHERE incident_id IS NOT NULL", bed.Time.Now);
        await bed.ExecuteAsync("INSERT INTO alert_events (id, alert_id, partner_id, kind, at) SELECT breeze_uuid7(), id, partner_id, 'resolved', $1 FROM alerts WHERE incident_id IS NOT NULL", bed.Time.Now);
        await bed.RunAsync();
        (await bed.AfterAsync(TimeSpan.FromSeconds(6))).ShouldBe(["a"]);
        bed.Told.Single().Told.Event.ShouldBe("resolved");
        bed.Told.Single().Told.Title.ShouldBe("2 devices: Disk is full");
        (await bed.CountAsync("incidents WHERE status = 'resolved'")).ShouldBe(1);
        (await bed.CountAsync("alerts WHERE id = $1 AND status = 'firing'", other)).ShouldBe(1);
    }

    [Fact]
    public async Task An_organization_hears_of_its_own_part_of_an_incident_alone()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("whole"), await bed.AddChannelAsync("one", bed.Organization)]);
        await bed.AddRouteAsync("two's", [await bed.AddChannelAsync("two", bed.OtherOrganization)], organization: bed.OtherOrganization);
        var rule = await bed.AddRuleAsync("Slow");
        for (var i = 0; i < 30; i++)
        {
            await bed.RaiseAsync($"Slow {i}", rule: rule, device: i % 2 == 0 ? bed.Device : bed.OtherDevice);
        }
        await bed.RunAsync();
        (await bed.AfterAsync(TimeSpan.FromSeconds(6))).ShouldBe(["one", "two", "whole"]);
        bed.Told.Select(t => t.Told.Title).Order(StringComparer.Ordinal).ShouldBe(["1 device: Slow", "1 device: Slow", "2 devices: Slow"]);
        bed.Told.Single(t => t.Channel == "two").Told.Message.ShouldEndWith("Among the devices: two.");
    }

    [Fact]
    public async Task Ten_thousand_devices_that_go_offline_at_once_are_one_incident_and_a_few_messages()
    {
        const int Count = 10_000;
        await using var alerts = await AlertBed.MakeAsync(postgres);
        await using var bed = await NotifyingBed.OnAsync(alerts.Database, alerts.Partner, alerts.Time);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("a")]);
        await alerts.ExecuteAsync(
            """
            INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family, status)
            SELECT breeze_uuid7(), $1, $2, $3, 'pc-' || n, 'm-' || n, 'windows', 'offline' FROM generate_series(1, 10000) AS n
            """, alerts.Partner, alerts.Organization, alerts.Site);
        await alerts.AddRuleAsync("offline", name: "Device is offline");
        var engine = await alerts.StartAsync();
        var began = Stopwatch.GetTimestamp();
        await alerts.TickAsync(engine);
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(20), "a tick is five seconds on a machine of its own");
        (await bed.CountAsync("alerts WHERE status = 'firing'")).ShouldBe(Count);
        began = Stopwatch.GetTimestamp();
        await bed.RunAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"routed in {Stopwatch.GetElapsedTime(began)}");
        await bed.AfterAsync(TimeSpan.FromSeconds(6));
        bed.Told.Select(t => t.Told.Title).ShouldBe(["10,000 devices: Device is offline"]);
        (await bed.CountAsync("incidents")).ShouldBe(1);
        (await bed.CountAsync("alerts WHERE incident_id IS NOT NULL")).ShouldBe(Count);

        await alerts.ExecuteAsync("UPDATE devices SET status = 'online'");
        alerts.Time.Now = alerts.Time.Now.AddMinutes(1);
        await alerts.TickAsync(engine);
        (await bed.CountAsync("alerts WHERE status = 'resolved'")).ShouldBe(Count);
        await bed.RunAsync();
        await bed.AfterAsync(TimeSpan.FromSeconds(6));
        bed.Told.Select(t => $"{t.Told.Event} {t.Told.Title}").ShouldBe(["resolved 10,000 devices: Device is offline"]);
        (await bed.CountAsync("notifications")).ShouldBe(2);
    }
}
