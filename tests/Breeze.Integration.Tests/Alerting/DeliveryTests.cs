using System.Collections.Concurrent;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Features.Alerting.Notifying;
using Breeze.Sdk;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>How what is told gets there.</summary>
public sealed class DeliveryTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_fails_is_tried_again_after_longer_and_longer_until_it_is_delivered()
    {
        await using var bed = await WithChannelAsync();
        bed.Answer = (_, _) => DeliveryResult.Retry("Not now.");
        await bed.RaiseAsync();
        (await bed.RunAsync()).Length.ShouldBe(1);
        foreach (var (early, late) in ((double, double)[])[(3.9, 2.2), (7.9, 4.2), (15.9, 8.2)])
        {
            (await bed.AfterAsync(TimeSpan.FromSeconds(early))).ShouldBeEmpty();
            (await bed.AfterAsync(TimeSpan.FromSeconds(late))).Length.ShouldBe(1);
        }
        bed.Answer = (_, _) => DeliveryResult.Retry("Busy.", TimeSpan.FromMinutes(40));
        (await bed.AfterAsync(TimeSpan.FromMinutes(15))).Length.ShouldBe(1);
        (await bed.AfterAsync(TimeSpan.FromMinutes(39))).ShouldBeEmpty("the other side said how long");
        bed.Answer = (_, _) => DeliveryResult.Delivered;
        (await bed.AfterAsync(TimeSpan.FromMinutes(1))).Length.ShouldBe(1);
        (await bed.CountAsync("notifications WHERE status = 'delivered' AND attempts = 6 AND error IS NULL AND finished_at = $1", bed.Time.Now)).ShouldBe(1);
        (await bed.AfterAsync(TimeSpan.FromHours(1))).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_day_of_failures_it_is_given_up()
    {
        await using var bed = await WithChannelAsync();
        bed.Answer = (_, _) => DeliveryResult.Retry("Not now.", TimeSpan.FromHours(8));
        await bed.RaiseAsync();
        await bed.RunAsync();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await bed.AfterAsync(TimeSpan.FromHours(8));
            (await bed.CountAsync("notifications WHERE status = 'queued'")).ShouldBe(1);
        }
        await bed.AfterAsync(TimeSpan.FromHours(8));
        (await bed.ReadAsync<string>("SELECT status || ': ' || error FROM notifications")).ShouldBe("failed: Given up after a day. Not now.");
    }

    [Fact]
    public async Task What_is_rejected_has_failed_and_no_error_shows_a_secret()
    {
        await using var bed = await WithChannelAsync();
        bed.Answer = (_, _) => DeliveryResult.Reject("Nobody knows https://example.com/HUSH-hush/x.");
        await bed.RaiseAsync();
        (await bed.RunAsync()).Length.ShouldBe(1);
        (await bed.ReadAsync<string>("SELECT status || ': ' || error FROM notifications")).ShouldBe("failed: Nobody knows https://example.com/…/x.");
        (await bed.ReadAsync<string>("SELECT last_error FROM notification_channels")).ShouldBe("Nobody knows https://example.com/…/x.");
        (await bed.CountAsync("alerts WHERE source = 'breeze' AND status = 'firing'")).ShouldBe(1);
        (await bed.AfterAsync(TimeSpan.FromDays(1))).ShouldBeEmpty();
    }

    [Fact]
    public async Task More_than_the_rate_waits_and_is_told_as_one_and_nothing_is_left_out()
    {
        await using var bed = await WithChannelAsync(rate: 5);
        for (var i = 0; i < 250; i++)
        {
            await bed.RaiseAsync($"Alert {i}", severity: i == 200 ? "critical" : "warning");
        }
        (await bed.RunAsync()).Length.ShouldBe(5);
        (await bed.AfterAsync(TimeSpan.FromSeconds(59))).ShouldBeEmpty();
        bed.Answer = (_, _) => DeliveryResult.Retry("Not now.");
        (await bed.AfterAsync(TimeSpan.FromSeconds(1))).Length.ShouldBe(1);
        var first = bed.Told.Single().Told;
        (first.Title, first.OtherCount, first.Others.Count).ShouldBe(("Alert 200", 244, 100));
        bed.Answer = (_, _) => DeliveryResult.Delivered;
        (await bed.AfterAsync(TimeSpan.FromMinutes(1))).Length.ShouldBe(1);
        bed.Told.Single().Told.OtherCount.ShouldBe(244, "a retry says the same");
        (await bed.CountAsync("notifications WHERE status = 'merged' AND merged_into = $1", first.NotificationId)).ShouldBe(244);
        (await bed.CountAsync("notifications WHERE status = 'delivered'")).ShouldBe(6);
    }

    [Fact]
    public async Task What_a_dead_node_had_taken_another_delivers_when_the_lease_ends()
    {
        await using var bed = await WithChannelAsync();
        var alert = await bed.RaiseAsync();
        await bed.Router.RouteAsync(Token);
        await bed.ExecuteAsync("UPDATE notifications SET leased_until = $1, attempts = 1, tried_since = $2, attempted_at = $2", bed.Time.Now.AddSeconds(60), bed.Time.Now);
        (await bed.AfterAsync(TimeSpan.FromSeconds(59))).ShouldBeEmpty();
        (await bed.AfterAsync(TimeSpan.FromSeconds(1))).Length.ShouldBe(1);
        bed.Told.Single().Told.AlertId.ShouldBe(alert);

        await bed.RaiseAsync();
        await bed.Router.RouteAsync(Token);
        await bed.ExecuteAsync("UPDATE notifications SET leased_until = $1 WHERE status = 'queued'", bed.Time.Now.AddSeconds(60));
        await bed.Dispatcher.ForgetLeasesAsync(Token);
        (await bed.RunAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Two_nodes_deliver_each_once_and_the_end_of_an_alert_after_its_beginning()
    {
        await using var bed = await WithChannelAsync();
        for (var i = 0; i < 40; i++)
        {
            await bed.ResolveAsync(await bed.RaiseAsync($"Alert {i}"));
        }
        while (await bed.Router.RouteAsync(Token) > 0)
        {
        }
        var heard = new ConcurrentQueue<(Guid Alert, string Event)>();
        bed.Answer = (_, told) =>
        {
            heard.Enqueue((told.AlertId, told.Event));
            return DeliveryResult.Delivered;
        };
        using var other = bed.NewNode();
        await Task.WhenAll(Task.Run(() => bed.Dispatcher.RunAsync(Token), Token), Task.Run(() => other.RunAsync(Token), Token));
        await bed.Dispatcher.RunAsync(Token);
        heard.Count.ShouldBe(80);
        heard.GroupBy(h => h.Alert).ShouldAllBe(g => g.Select(h => h.Event).SequenceEqual(new[] { "firing", "resolved" }));
        (await bed.CountAsync("notifications WHERE status = 'delivered' AND attempts = 1")).ShouldBe(80);
    }

    [Fact]
    public async Task What_waits_for_a_channel_that_is_switched_off_is_dropped()
    {
        await using var bed = await WithChannelAsync();
        await bed.RaiseAsync();
        await bed.Router.RouteAsync(Token);
        await bed.ExecuteAsync("UPDATE notification_channels SET enabled = false");
        (await bed.RunAsync()).ShouldBeEmpty();
        (await bed.ReadAsync<string>("SELECT status || ': ' || error FROM notifications")).ShouldBe("dropped: The channel is switched off.");
    }

    [Fact]
    public async Task A_link_acknowledges_once_and_not_after_a_week()
    {
        await using var bed = await WithChannelAsync();
        await bed.AddRouteAsync("acknowledgements", [await bed.AddChannelAsync("b")], events: ["acknowledged"]);
        var links = new AcknowledgeLinks(bed.Database, bed.Bus, new AuditLog(bed.Database, bed.Time), bed.Time);
        async Task<string> TokenAsync()
        {
            await bed.RaiseAsync();
            await bed.RunAsync();
            return bed.Told.Single().Told.AcknowledgeLink!.Segments[^1];
        }
        var token = await TokenAsync();
        var alert = bed.Told.Single().Told.AlertId;
        (await bed.CountAsync("alert_links WHERE token_hash = $1 AND alert_id = $2", SecretToken.Hash(token), alert)).ShouldBe(1);
        (await bed.CountAsync("notifications n WHERE n::text LIKE '%' || $1 || '%'", token)).ShouldBe(0, "the link itself is nowhere but in the message");
        (await links.FindAsync(token, Token))!.Title.ShouldBe("It broke");
        (await links.FindAsync(token[1..], Token)).ShouldBeNull();

        var uses = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => links.UseAsync(token, "192.0.2.1", Token)));
        uses.Count(u => u is { HasActed: true }).ShouldBe(1);
        uses.Count(u => u is null).ShouldBe(4);
        (await bed.ReadAsync<string>("SELECT status FROM alerts WHERE id = $1", alert)).ShouldBe("acknowledged");
        (await bed.CountAsync("alert_events WHERE alert_id = $1 AND kind = 'acknowledged' AND user_id IS NULL", alert)).ShouldBe(1);
        (await bed.CountAsync("audit_logs WHERE action = 'alert.acknowledged' AND target_id = $1 AND address = '192.0.2.1' AND partner_id = $2", alert.ToString(), bed.Partner)).ShouldBe(1);
        (await links.FindAsync(token, Token)).ShouldBeNull();
        (await bed.RunAsync()).ShouldBe(["b"]);

        var old = await TokenAsync();
        bed.Time.Now += TimeSpan.FromDays(7);
        (await links.FindAsync(old, Token)).ShouldBeNull();
        (await links.UseAsync(old, "", Token)).ShouldBeNull();

        var resolved = await TokenAsync();
        await bed.ResolveAsync(bed.Told.Single().Told.AlertId);
        (await links.UseAsync(resolved, "", Token))!.HasActed.ShouldBeFalse();
    }

    async Task<NotifyingBed> WithChannelAsync(int rate = 1000)
    {
        var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("all", [await bed.AddChannelAsync("a", rate: rate)]);
        return bed;
    }
}
