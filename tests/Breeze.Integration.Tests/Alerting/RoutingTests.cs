using Breeze.Sdk;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Who is told of what, and when.</summary>
public sealed class RoutingTests(PostgresFixture postgres)
{
    [Fact]
    public async Task An_alert_goes_to_the_channels_of_the_routes_that_match_it()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        async Task AddAsync(string name, string[]? severities = null, string target = "", string hours = "{}", string[]? events = null, Guid? organization = null, bool enabled = true) =>
            await bed.AddRouteAsync(name, [await bed.AddChannelAsync(name)], severities: severities, target: target, hours: hours, events: events, organization: organization, enabled: enabled);
        await AddAsync("all");
        await AddAsync("critical", severities: ["critical"]);
        await AddAsync("bad", severities: ["error", "critical"]);
        await AddAsync("tagged two", target: "tags has \"two\"");
        await AddAsync("linux", target: "os.family = \"linux\"");
        await AddAsync("not readable", target: "no such thing (");
        // Ten in London is eleven in Berlin.
        await AddAsync("office", hours: """{"time_zone":"Europe/Berlin","days":[1,2,3,4,5],"from":"11:00","to":"18:00"}""");
        await AddAsync("night", hours: """{"time_zone":"Europe/Berlin","days":[],"from":"18:00","to":"11:00"}""");
        await AddAsync("weekend", hours: """{"time_zone":"Europe/Berlin","days":[6,7],"from":"00:00","to":"00:00"}""");
        await AddAsync("ends only", events: ["resolved"]);
        await AddAsync("acknowledgements", events: ["acknowledged"]);
        await AddAsync("of one", organization: bed.Organization);
        await AddAsync("of two", organization: bed.OtherOrganization);
        await AddAsync("switched off", enabled: false);

        var warning = await bed.RaiseAsync();
        (await bed.RunAsync()).ShouldBe(["all", "linux", "not readable", "of one", "office"]);
        await bed.RaiseAsync(severity: "critical", device: bed.OtherDevice);
        (await bed.RunAsync()).ShouldBe(["all", "bad", "critical", "linux", "not readable", "of two", "office", "tagged two"]);
        await bed.AddEventAsync(warning, "acknowledged");
        (await bed.RunAsync()).ShouldBe(["acknowledgements"]);
        await bed.AddEventAsync(warning, "comment");
        (await bed.RunAsync()).ShouldBeEmpty();
        bed.Time.Now = bed.Time.Now.AddHours(9);
        await bed.ResolveAsync(warning);
        (await bed.RunAsync()).ShouldBe(["all", "ends only", "linux", "night", "not readable", "of one"]);
        bed.Told.Single(t => t.Channel == "all").Told.ResolvedAt.ShouldBe(bed.Time.Now);
        (await bed.CountAsync("alert_events WHERE routed_at IS NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task Routes_are_asked_in_order_the_partners_first_and_one_that_stops_ends_it()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        var (a, b, c, own) = (await bed.AddChannelAsync("a"), await bed.AddChannelAsync("b"), await bed.AddChannelAsync("c"), await bed.AddChannelAsync("own"));
        await bed.AddRouteAsync("third", [c], position: 3);
        await bed.AddRouteAsync("second", [b, a], position: 2, severities: ["error"], stops: true);
        await bed.AddRouteAsync("first", [a], position: 1);
        await bed.AddRouteAsync("organization's", [own], position: 0, organization: bed.Organization);
        await bed.RaiseAsync();
        (await bed.RunAsync()).ShouldBe(["a", "c", "own"]);
        await bed.RaiseAsync(severity: "error");
        (await bed.RunAsync()).ShouldBe(["a", "b"], "a channel is told once, whatever leads to it");
    }

    [Fact]
    public async Task A_channel_of_an_organization_never_hears_of_another()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("of two", bed.OtherOrganization), await bed.AddChannelAsync("ours")]);
        await bed.RaiseAsync();
        (await bed.RunAsync()).ShouldBe(["ours"]);
        await bed.RaiseAsync(device: bed.OtherDevice);
        (await bed.RunAsync()).ShouldBe(["of two", "ours"]);
    }

    [Fact]
    public async Task Nobody_is_told_without_a_route_or_of_what_is_kept_quiet()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        var channel = await bed.AddChannelAsync("a");
        await bed.RaiseAsync();
        (await bed.RunAsync()).ShouldBeEmpty();
        await bed.AddRouteAsync("all", [channel]);
        (await bed.RunAsync()).ShouldBeEmpty("it was decided already");
        foreach (var how in (string[])["suppressed_by = 'person'", "snoozed_until = '2026-03-04 11:00Z'"])
        {
            var alert = await bed.RaiseAsync(withEvent: false);
            await bed.ExecuteAsync($"UPDATE alerts SET {how} WHERE id = $1", alert);
            await bed.AddEventAsync(alert, "firing");
        }
        await bed.ExecuteAsync("UPDATE devices SET status = 'maintenance' WHERE id = $1", bed.OtherDevice);
        await bed.RaiseAsync(device: bed.OtherDevice);
        (await bed.RunAsync()).ShouldBeEmpty();
        (await bed.CountAsync("alert_events WHERE routed_at IS NULL")).ShouldBe(0);
        await bed.RaiseAsync();
        (await bed.RunAsync()).ShouldBe(["a"]);
    }

    [Fact]
    public async Task In_quiet_hours_only_what_is_critical_is_told_and_the_rest_when_they_end()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("a")], quiet: """{"time_zone":"Europe/Berlin","days":[],"from":"22:00","to":"07:00"}""");
        bed.Time.Now = new(2026, 3, 4, 23, 30, 0, TimeSpan.Zero);
        await bed.RaiseAsync("Slow");
        await bed.RaiseAsync("Down", severity: "critical");
        await bed.RunAsync();
        bed.Told.Select(t => t.Told.Title).ShouldBe(["Down"]);
        (await bed.ReadAsync<DateTime>("SELECT due_at FROM notifications WHERE status = 'queued'")).ShouldBe(new DateTime(2026, 3, 5, 6, 0, 0, DateTimeKind.Utc));
        (await bed.AfterAsync(TimeSpan.FromHours(6))).ShouldBeEmpty();
        (await bed.AfterAsync(TimeSpan.FromMinutes(30))).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_route_that_gathers_tells_once_for_all_that_came_in_its_window()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("digest", [await bed.AddChannelAsync("a")], digest: 60);
        await bed.RaiseAsync("One");
        (await bed.RunAsync()).ShouldBeEmpty();
        bed.Time.Now += TimeSpan.FromMinutes(40);
        await bed.RaiseAsync("Two", severity: "error");
        await bed.ResolveAsync(await bed.RaiseAsync("Three"));
        (await bed.RunAsync()).ShouldBeEmpty();
        (await bed.AfterAsync(TimeSpan.FromMinutes(20))).ShouldBe(["a"]);
        var told = bed.Told.Single().Told;
        told.Event.ShouldBe("digest");
        told.AlertId.ShouldBe(told.NotificationId);
        told.Severity.ShouldBe("error");
        told.OtherCount.ShouldBe(4);
        told.Others.Order(StringComparer.Ordinal).ShouldBe(["One", "Resolved: Three", "Three", "Two"]);
        told.AcknowledgeLink.ShouldBeNull();
        (await bed.CountAsync("notifications WHERE status = 'merged' AND merged_into = $1", told.NotificationId)).ShouldBe(3);

        await bed.RaiseAsync("Alone");
        (await bed.RunAsync()).ShouldBeEmpty();
        (await bed.AfterAsync(TimeSpan.FromMinutes(60))).ShouldBe(["a"]);
        bed.Told.Single().Told.Title.ShouldBe("Alone");
        bed.Told.Single().Told.Event.ShouldBe("firing");
    }

    [Fact]
    public async Task A_channel_that_fails_is_told_on_the_others_and_its_next_delivery_ends_that()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        var dead = await bed.AddChannelAsync("dead");
        await bed.AddChannelAsync("spare");
        await bed.AddChannelAsync("customer's", bed.Organization);
        await bed.AddRouteAsync("all", [dead]);
        bed.Answer = (name, _) => name == "dead" ? DeliveryResult.Retry("It answered 503.") : DeliveryResult.Delivered;
        await bed.RaiseAsync("Disk full");
        (await bed.RunAsync()).ShouldBe(["dead"]);
        (await bed.AfterAsync(TimeSpan.FromMinutes(4))).ShouldBe(["dead"], "one failure is none yet");
        (await bed.AfterAsync(TimeSpan.FromMinutes(4))).ShouldBe(["dead", "spare"]);
        var told = bed.Told.Single(t => t.Channel == "spare").Told;
        told.Title.ShouldContain("dead");
        told.Message.ShouldContain("It answered 503.");
        (await bed.CountAsync("notification_channels WHERE id = $1 AND failing_since = $2", dead, bed.Time.Now.AddMinutes(-8))).ShouldBe(1);
        (await bed.AfterAsync(TimeSpan.FromMinutes(15))).ShouldBe(["dead"], "it is said once");

        bed.Answer = (_, _) => DeliveryResult.Delivered;
        (await bed.AfterAsync(TimeSpan.FromMinutes(20))).ShouldBe(["dead", "spare"]);
        bed.Told.Single(t => t.Channel == "spare").Told.Event.ShouldBe("resolved");
        (await bed.CountAsync("alerts WHERE source = 'breeze' AND status = 'resolved'")).ShouldBe(1);
        (await bed.CountAsync("notification_channels WHERE id = $1 AND failing_since IS NULL AND last_error IS NULL AND last_delivered_at = $2", dead, bed.Time.Now)).ShouldBe(1);
    }
}
