using Breeze.Core.Expressions;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Suppression;
using Breeze.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Of what nobody is told, why, and what is told afterwards.</summary>
public sealed class SuppressionTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_a_window_alerts_show_and_what_still_fires_at_its_end_is_told_then()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("a")]);
        var sweep = Sweep(bed);
        var before = await bed.RaiseAsync("Told before");
        (await bed.RunAsync()).ShouldBe(["a"]);
        // From 10:01 to 11:00; planned ahead, so that it holds from its very beginning.
        var window = Guid.CreateVersion7();
        await bed.ExecuteAsync(
            "INSERT INTO maintenance_windows (id, partner_id, organization_id, name, target, recurrence, time_zone, days, starts, minutes) VALUES ($1, $2, $3, 'Patch night', 'tags has \"one\"', 'weekly', 'Europe/Berlin', '{3}', '11:01', 59)",
            window, bed.Partner, bed.Organization);
        await sweep.RunAsync(Token);
        (await bed.CountAsync("maintenance_devices WHERE device_id = $1", bed.Device)).ShouldBe(1);
        (await bed.CountAsync("alerts WHERE suppressed_by IS NOT NULL")).ShouldBe(0);
        bed.Time.Now = bed.Time.Now.AddMinutes(1);
        var ended = await bed.RaiseAsync("Ended meanwhile");
        var lasts = await bed.RaiseAsync("Still there");
        await bed.RaiseAsync("Another device", device: bed.OtherDevice);
        (await bed.RunAsync()).ShouldBe(["a"]);
        bed.Told.Single().Told.Title.ShouldBe("Another device");
        await sweep.RunAsync(Token);
        (await bed.ReadAsync<string>("SELECT suppressed_text FROM alerts WHERE id = $1", lasts)).ShouldBe("The maintenance window “Patch night” lasts until 2026-03-04 11:00 UTC.");
        (await bed.CountAsync("alerts WHERE suppressed_by = 'maintenance'")).ShouldBe(3, "the one from before shows it as well");
        await bed.ResolveAsync(ended);
        (await bed.RunAsync()).ShouldBeEmpty("nobody knew of it");
        await bed.ResolveAsync(before);
        (await bed.RunAsync()).ShouldBe(["a"], "that one was told");
        bed.Told.Single().Told.Event.ShouldBe("resolved");

        bed.Time.Now = bed.Time.Now.AddMinutes(59);
        await sweep.RunAsync(Token);
        (await bed.RunAsync()).ShouldBe(["a"]);
        bed.Told.Single().Told.Title.ShouldBe("Still there");
        bed.Told.Single().Told.Event.ShouldBe("firing");
        (await KindsAsync(bed, lasts)).ShouldBe("firing,suppressed,unsuppressed");
        await sweep.RunAsync(Token);
        (await bed.RunAsync()).ShouldBeEmpty();
        (await bed.CountAsync("maintenance_devices")).ShouldBe(0);
    }

    [Fact]
    public async Task A_device_in_maintenance_by_hand_is_quiet_until_somebody_ends_that()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("a")]);
        await bed.ExecuteAsync("UPDATE devices SET status = 'maintenance' WHERE id = $1", bed.Device);
        var alert = await bed.RaiseAsync("Quiet");
        (await bed.RunAsync()).ShouldBeEmpty();
        (await bed.ReadAsync<string>("SELECT suppressed_by FROM alerts WHERE id = $1", alert)).ShouldBe("maintenance");
        await bed.ExecuteAsync("UPDATE devices SET status = 'online' WHERE id = $1", bed.Device);
        await Sweep(bed).RunAsync(Token);
        (await bed.RunAsync()).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Behind_a_gateway_that_is_gone_nobody_is_told_of_anything_but_the_gateway()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("a")]);
        var sweep = Sweep(bed);
        var gateway = await AddDeviceAsync(bed, "fw-1");
        var behind = await AddDeviceAsync(bed, "behind");
        await bed.ExecuteAsync("UPDATE sites SET gateway_device_id = $1 WHERE id = $2", gateway, bed.Organization);
        await bed.ExecuteAsync("INSERT INTO device_dependencies (device_id, upstream_id) VALUES ($1, $2)", behind, bed.Device);
        await SeenAsync(bed, gateway, 20);
        await SeenAsync(bed, bed.Device, 100, "offline");
        // The device is found gone before its gateway is; whether that is gone as well is not clear yet.
        await bed.RaiseAsync("one is offline");
        (await bed.RunAsync()).ShouldBe(["a"], "its gateway was heard since");
        await SeenAsync(bed, gateway, 60);
        var held = await bed.RaiseAsync("one is offline again");
        (await bed.RunAsync()).ShouldBeEmpty();
        (await bed.CountAsync("alert_events WHERE alert_id = $1 AND routed_at IS NULL AND held_until IS NOT NULL", held)).ShouldBe(1);
        (await bed.AfterAsync(TimeSpan.FromSeconds(15))).ShouldBeEmpty();
        (await bed.ReadAsync<string>("SELECT suppressed_text FROM alerts WHERE id = $1", held)).ShouldBe("fw-1 missed a check-in.");
        await SeenAsync(bed, gateway, 110, "offline");
        await bed.RaiseAsync("fw-1 is offline", device: null);
        await bed.ExecuteAsync("UPDATE alerts SET device_id = $1 WHERE title = 'fw-1 is offline'", gateway);
        (await bed.RunAsync()).ShouldBe(["a"]);
        bed.Told.Single().Told.Title.ShouldBe("fw-1 is offline");
        // What depends on a device behind it is behind it too.
        var far = await bed.RaiseAsync("behind is offline");
        await bed.ExecuteAsync("UPDATE alerts SET device_id = $1 WHERE id = $2", behind, far);
        (await bed.RunAsync()).ShouldBeEmpty();
        (await bed.ReadAsync<string>("SELECT suppressed_by FROM alerts WHERE id = $1", far)).ShouldBe("dependency");

        // The gateway is back; what is behind it has the time to check in.
        await SeenAsync(bed, gateway, 0);
        await SeenAsync(bed, bed.Device, 0);
        await sweep.RunAsync(Token);
        (await bed.RunAsync()).ShouldBeEmpty();
        await SeenAsync(bed, gateway, -200);
        await SeenAsync(bed, bed.Device, -200);
        bed.Time.Now = bed.Time.Now.AddSeconds(200);
        await bed.ResolveAsync(held);
        await sweep.RunAsync(Token);
        (await bed.RunAsync()).ShouldBe(["a"]);
        bed.Told.Single().Told.Title.ShouldBe("behind is offline");
    }

    [Fact]
    public async Task An_alert_that_comes_and_goes_is_told_as_that_once_and_again_when_it_is_calm()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("a")]);
        var sweep = Sweep(bed);
        var alert = await bed.RaiseAsync("Link");
        var told = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            await bed.RunAsync();
            told.AddRange(bed.Told.Select(t => $"{t.Told.Event} {t.Told.Title}"));
            bed.Time.Now = bed.Time.Now.AddMinutes(1);
            await bed.ExecuteAsync(
                i % 2 == 0 ? "UPDATE alerts SET status = 'resolved', resolved_at = $2, resolution = 'recovered' WHERE id = $1" : "UPDATE alerts SET status = 'firing', resolved_at = NULL, fired_at = $2, reopened = reopened + 1 WHERE id = $1",
                alert, bed.Time.Now);
            await bed.AddEventAsync(alert, i % 2 == 0 ? "resolved" : "reopened");
        }
        told.ShouldBe(["firing Link", "resolved Link", "reopened Link", "resolved Link", "reopened Link", "resolved Comes and goes: Link"]);
        await bed.RunAsync();
        bed.Told.ShouldBeEmpty();
        bed.Time.Now = bed.Time.Now.AddMinutes(29);
        await sweep.RunAsync(Token);
        (await bed.RunAsync()).ShouldBeEmpty();
        bed.Time.Now = bed.Time.Now.AddMinutes(2);
        await sweep.RunAsync(Token);
        (await bed.RunAsync()).ShouldBe(["a"], "it fires, and people think that it does not");
        (await bed.ReadAsync<string>("SELECT suppressed_by FROM alerts WHERE id = $1", alert)).ShouldBeNull();
    }

    [Fact]
    public async Task The_name_of_a_device_in_front_is_for_those_who_see_it()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        var elsewhere = Guid.CreateVersion7();
        await bed.ExecuteAsync("INSERT INTO sites (id, partner_id, organization_id, name) VALUES ($1, $2, $3, 'Head office')", elsewhere, bed.Partner, bed.Organization);
        var gateway = await AddDeviceAsync(bed, "secret-core-router");
        await bed.ExecuteAsync("UPDATE devices SET site_id = $1 WHERE id = $2", elsewhere, gateway);
        await bed.ExecuteAsync("INSERT INTO device_dependencies (device_id, upstream_id) VALUES ($1, $2)", bed.Device, gateway);
        await SeenAsync(bed, gateway, 200, "offline");
        var id = await bed.RaiseAsync("Behind it");
        (await bed.RunAsync()).ShouldBeEmpty();
        foreach (var sites in (Guid[]?[])[null, [bed.Organization]])
        {
            await using var context = AlertingDbContext.Create(bed.Database, new AccessScope { UserId = Guid.CreateVersion7(), PartnerId = bed.Partner, SiteIds = sites });
            var alert = await context.Alerts.AsNoTracking().SingleAsync(a => a.Id == id, Token);
            var events = await context.Events.AsNoTracking().Where(e => e.AlertId == id).ToListAsync(Token);
            await UpstreamNames.HideAsync(context, [alert], events, Token);
            var line = events.Single(e => e.Kind == "suppressed").Text;
            alert.SuppressedText.ShouldBe(line);
            line.ShouldBe(sites is null ? "secret-core-router is offline." : "A device in front of it is away.");
            alert.SuppressedCause.ShouldBe(sites is null ? gateway : null);
        }
    }

    static SuppressionSweep Sweep(NotifyingBed bed) => new(
        bed.Database, new MaintenancePlanner(bed.Database, new ExpressionEngine(bed.Database, bed.Time), NullLogger<MaintenancePlanner>.Instance), bed.Bus, bed.Time, NullLogger<SuppressionSweep>.Instance);

    static async Task<Guid> AddDeviceAsync(NotifyingBed bed, string name)
    {
        var id = Guid.CreateVersion7();
        await bed.ExecuteAsync(
            "INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family, status) VALUES ($1, $2, $3, $3, $4, $1::text, 'linux', 'online')", id, bed.Partner, bed.Organization, name);
        return id;
    }

    static async Task SeenAsync(NotifyingBed bed, Guid device, int secondsAgo, string status = "online")
    {
        await bed.ExecuteAsync("UPDATE devices SET status = $2 WHERE id = $1", device, status);
        await bed.ExecuteAsync("INSERT INTO device_presence (device_id, last_seen_at) VALUES ($1, $2) ON CONFLICT (device_id) DO UPDATE SET last_seen_at = excluded.last_seen_at", device, bed.Time.Now.AddSeconds(-secondsAgo));
    }

    static Task<string?> KindsAsync(NotifyingBed bed, Guid alert) => bed.ReadAsync<string>("SELECT string_agg(kind, ',' ORDER BY id) FROM alert_events WHERE alert_id = $1", alert);
}
