using Breeze.Core.Auditing;
using Breeze.Features.Alerting.Notifying;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>What a pager opened it ends, and a link in a message acknowledges what the message told of.</summary>
public sealed class PagerTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pager_hears_of_the_beginning_and_the_end_of_each_alert_where_a_chat_hears_of_all_at_once()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("chat"), await bed.AddChannelAsync("pager", type: NotifyingBed.Pager)]);
        await bed.AddRouteAsync("gathered", [await bed.AddChannelAsync("slow pager", type: NotifyingBed.Pager)], digest: 15);
        var rule = await bed.AddRuleAsync("Disk is full");
        var alerts = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            alerts.Add(await bed.RaiseAsync($"Disk {i}", rule: rule));
        }
        (await bed.RunAsync()).Count(c => c == "chat").ShouldBe(1);
        Told("pager").ShouldBe(alerts.Order());
        foreach (var alert in alerts)
        {
            await bed.ResolveAsync(alert);
        }
        (await bed.RunAsync()).Count(c => c == "chat").ShouldBe(1);
        Told("pager").ShouldBe(alerts.Order());
        bed.Told.ShouldAllBe(t => t.Told.Event == "resolved");

        // A route that gathers makes it wait, and makes no digest: nobody could ever end that.
        await bed.AfterAsync(TimeSpan.FromMinutes(15));
        bed.Told.ShouldAllBe(t => t.Channel == "slow pager" && t.Told.OtherCount == 0);
        bed.Told.Count(t => t.Told.Event == "firing").ShouldBe(8);
        bed.Told.Count(t => t.Told.Event == "resolved").ShouldBe(8);

        IEnumerable<Guid> Told(string channel) => bed.Told.Where(t => t.Channel == channel && t.Told.OtherCount == 0).Select(t => t.Told.AlertId).Order();
    }

    [Fact]
    public async Task What_is_beyond_a_pagers_rate_waits_and_is_told_one_by_one_in_its_order()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("pager", rate: 5, type: NotifyingBed.Pager)]);
        var alerts = new List<Guid>();
        for (var i = 0; i < 7; i++)
        {
            alerts.Add(await bed.RaiseAsync($"It broke {i}"));
        }
        List<(Guid Alert, string Event)> told = [];
        for (var minute = 0; minute < 4; minute++)
        {
            (await bed.RunAsync()).Length.ShouldBeLessThanOrEqualTo(5);
            told.AddRange(bed.Told.Select(t => (t.Told.AlertId, t.Told.Event)));
            bed.Told.ShouldAllBe(t => t.Told.OtherCount == 0);
            if (minute == 0)
            {
                foreach (var alert in alerts)
                {
                    await bed.ResolveAsync(alert);
                }
            }
            bed.Time.Now += NotificationLimits.RateWindow + TimeSpan.FromSeconds(1);
        }
        foreach (var alert in alerts)
        {
            told.Where(t => t.Alert == alert).Select(t => t.Event).ShouldBe(["firing", "resolved"]);
        }
    }

    [Fact]
    public async Task An_incident_has_one_key_from_its_beginning_to_its_end_and_each_message_acknowledges_what_it_told_of()
    {
        await using var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("whole", type: NotifyingBed.Pager)], events: ["firing", "acknowledged", "resolved"]);
        await bed.AddRouteAsync("two's", [await bed.AddChannelAsync("two", bed.OtherOrganization)], organization: bed.OtherOrganization);
        var links = new AcknowledgeLinks(bed.Database, bed.Bus, new AuditLog(bed.Database, bed.Time), bed.Time);
        var rule = await bed.AddRuleAsync("Slow");
        for (var i = 0; i < 30; i++)
        {
            await bed.RaiseAsync($"Slow {i}", rule: rule, device: i % 2 == 0 ? bed.Device : bed.OtherDevice);
        }
        await bed.RunAsync();
        (await bed.AfterAsync(TimeSpan.FromSeconds(6))).ShouldBe(["two", "whole"]);
        var (incident, head) = (await bed.ReadAsync<Guid>("SELECT id FROM incidents"), await bed.ReadAsync<Guid>("SELECT head_id FROM incidents"));
        bed.Told.ShouldAllBe(t => t.Told.AlertId == incident);
        var tokens = bed.Told.ToDictionary(t => t.Channel, t => t.Told.AcknowledgeLink!.Segments[^1]);
        (await links.FindAsync(tokens["whole"], Token))!.Title.ShouldBe("2 devices: Slow");

        (await links.UseAsync(tokens["two"], "192.0.2.1", Token))!.HasActed.ShouldBeTrue();
        (await bed.CountAsync("alerts WHERE status = 'acknowledged' AND organization_id = $1", bed.OtherOrganization)).ShouldBe(15);
        (await bed.CountAsync("alerts WHERE status = 'acknowledged' AND organization_id = $1", bed.Organization)).ShouldBe(0);
        await bed.RunAsync();
        (await links.UseAsync(tokens["whole"], "192.0.2.1", Token))!.Status.ShouldBe("acknowledged");
        (await bed.CountAsync("alerts WHERE status = 'acknowledged'")).ShouldBe(30);
        (await bed.CountAsync("audit_logs WHERE action = 'incident.acknowledged' AND target_id = $1", incident.ToString())).ShouldBe(2);
        await bed.RunAsync();
        await bed.AfterAsync(TimeSpan.FromSeconds(6));
        bed.Told.Select(t => (t.Channel, t.Told.Event, t.Told.AlertId)).ShouldBe([("whole", "acknowledged", incident)]);

        // The alert that stands for all ends, fires again by itself later, and is one of its own then.
        await bed.ResolveAsync(head);
        await bed.RunAsync();
        bed.Time.Now += TimeSpan.FromMinutes(10);
        await bed.ExecuteAsync("UPDATE alerts SET status = 'firing', resolved_at = NULL, fired_at = $2 WHERE id = $1", head, bed.Time.Now);
        await bed.AddEventAsync(head, "firing");
        (await bed.RunAsync()).ShouldContain("whole");
        bed.Told.Single(t => t.Channel == "whole").Told.AlertId.ShouldBe(head);
        await bed.ExecuteAsync("UPDATE alerts SET status = 'resolved', resolved_at = $1, resolution = 'recovered' WHERE incident_id IS NOT NULL AND status <> 'resolved'", bed.Time.Now);
        await bed.ExecuteAsync("INSERT INTO alert_events (id, alert_id, partner_id, kind, at) SELECT breeze_uuid7(), id, partner_id, 'resolved', $1 FROM alerts WHERE incident_id IS NOT NULL", bed.Time.Now);
        await bed.RunAsync();
        await bed.AfterAsync(TimeSpan.FromSeconds(6));
        bed.Told.Single(t => t.Channel == "whole").Told.AlertId.ShouldBe(incident);
        bed.Told.ShouldAllBe(t => t.Told.Event == "resolved" && t.Told.AlertId == incident);
    }
}
