using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Escalation;
using Breeze.Sdk;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>What follows when nobody answers.</summary>
public sealed class EscalationTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_follow_one_another_until_somebody_acknowledges_and_begin_again()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        var (bed, sms, pager) = (t.Bed, await t.Bed.AddChannelAsync("sms"), await t.Bed.AddChannelAsync("pager"));
        var (ada, bob) = (await t.AddPersonAsync("Ada", sms), await t.AddPersonAsync("Bob", sms));
        var schedule = await t.AddScheduleAsync("Night", ada, bob);
        await t.RunAsync();
        await t.AddPolicyAsync(1, new(0, null, null, [schedule]), new(10, null, [bob], null), new(20, [pager], null, null));
        var alert = await bed.RaiseAsync("Down", severity: "critical");

        (await t.RunAsync()).ShouldBe(["Ada"]);
        (await t.AfterAsync(9)).ShouldBeEmpty();
        t.Restart();
        (await t.AfterAsync(1)).ShouldBe(["Bob"]);
        (await t.AfterAsync(20)).ShouldBe(["pager"]);
        bed.Told.Single().Told.Message.ShouldBe("Nobody has acknowledged this for 30 min (“Night”, step 3).\n\nMessage");
        bed.Told.Single().Told.AcknowledgeLink.ShouldNotBeNull();
        (await t.AfterAsync(59)).ShouldBeEmpty();
        (await t.AfterAsync(1)).ShouldBe(["Ada"]);
        await bed.ExecuteAsync("UPDATE alerts SET status = 'acknowledged', acknowledged_at = $2 WHERE id = $1", alert, bed.Time.Now);
        (await t.AfterAsync(60)).ShouldBeEmpty();
        (await bed.ReadAsync<string>("SELECT ended_by FROM alert_escalations")).ShouldBe("acknowledged");
        // Taken back, it goes on where it was.
        await bed.ExecuteAsync("UPDATE alerts SET status = 'firing', acknowledged_at = NULL WHERE id = $1", alert);
        (await t.RunAsync()).ShouldBe(["Bob"]);
        (await t.AfterAsync(20)).ShouldBe(["pager"]);
        (await t.AfterAsync(600)).ShouldBeEmpty("it began again once");
        (await t.TimelineAsync(alert)).ShouldBe(
        [
            "“Night”, step 1 of 3: told Ada (on call in “Night”).", "“Night”, step 2 of 3: told Bob.", "“Night”, step 3 of 3: told the channel pager.",
            "“Night”, step 1 of 3, round 2: told Ada (on call in “Night”).", "“Night”, step 2 of 3, round 2: told Bob.", "“Night”, step 3 of 3, round 2: told the channel pager.",
        ]);
        (await bed.CountAsync("alert_events WHERE kind = 'escalated' AND routed_at IS NULL")).ShouldBe(0);
        (await bed.CountAsync("bell_notices WHERE alert_id = $1 AND user_id = $2", alert, ada)).ShouldBe(2);

        // Whoever was called hears that it is over, each once.
        await bed.ResolveAsync(alert);
        (await t.RunAsync()).ShouldBe(["Ada", "Bob", "pager"]);
        bed.Told.ShouldAllBe(x => x.Told.Event == "resolved");
    }

    [Fact]
    public async Task What_comes_next_is_known_before_it_comes_to_those_who_see_the_policy()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        var (bed, sms) = (t.Bed, await t.Bed.AddChannelAsync("sms"));
        var (ada, bob) = (await t.AddPersonAsync("Ada", sms), await t.AddPersonAsync("Bob"));
        await t.AddPolicyAsync(1, new(0, [sms], null, null), new(10, null, [ada], null), new(20, null, [bob], null));
        var outlook = new EscalationOutlook(bed.Database, bed.Time);
        var everybody = new AccessScope { UserId = ada, PartnerId = bed.Partner };
        async Task<string> NextAsync(Guid alert, AccessScope? scope = null) => string.Join("; ", (await outlook.ReadAsync(scope ?? everybody, alert, Token))
            .Select(n => $"{n.Policy} {n.Step}/{n.Steps} round {n.Round} in {(n.DueAt - bed.Time.Now).TotalMinutes} min{(n.IsHeld ? " held" : "")}: {n.Who}"));
        var alert = await bed.RaiseAsync("Down");
        (await NextAsync(alert)).ShouldBeEmpty("nobody has decided yet");
        await t.RunAsync();
        (await NextAsync(alert)).ShouldBe("Night 2/3 round 0 in 10 min: Ada");
        (await NextAsync(alert, new() { UserId = ada, PartnerId = Guid.CreateVersion7() })).ShouldBeEmpty();
        (await NextAsync(alert, everybody with { OrganizationIds = [bed.OtherOrganization] })).ShouldBeEmpty();
        await t.AfterAsync(10);
        (await NextAsync(alert)).ShouldBe("Night 3/3 round 0 in 20 min: nobody (Bob has no contact method and was told in Breeze alone)");
        await bed.ExecuteAsync("UPDATE alerts SET snoozed_until = $2 WHERE id = $1", alert, bed.Time.Now.AddMinutes(45));
        (await NextAsync(alert)).ShouldStartWith("Night 3/3 round 0 in 45 min: ");
        await bed.ExecuteAsync("UPDATE alerts SET snoozed_until = NULL, suppressed_by = 'maintenance' WHERE id = $1", alert);
        (await NextAsync(alert)).ShouldStartWith("Night 3/3 round 0 in 20 min held: ");
        await bed.ExecuteAsync("UPDATE alerts SET suppressed_by = NULL, status = 'acknowledged' WHERE id = $1", alert);
        (await NextAsync(alert)).ShouldBeEmpty("somebody has answered, and that ends it when its time comes");
    }

    [Fact]
    public async Task An_incident_calls_once_and_goes_on_as_long_as_anything_of_it_fires()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        var (bed, a, b) = (t.Bed, await t.Bed.AddChannelAsync("a"), await t.Bed.AddChannelAsync("b"));
        await t.AddPolicyAsync(0, new(0, [a], null, null), new(10, [b], null, null));
        var rule = await bed.AddRuleAsync("Slow");
        for (var i = 0; i < 30; i++)
        {
            await bed.RaiseAsync($"Slow {i}", rule: rule, device: i % 2 == 0 ? bed.Device : bed.OtherDevice);
        }
        (await t.RunAsync()).ShouldBeEmpty("how many it is shows in a moment");
        bed.Time.Now += TimeSpan.FromSeconds(6);
        (await t.RunAsync()).ShouldBe(["a"]);
        bed.Told.Single().Told.Title.ShouldBe("2 devices: Slow");

        // The one that stands for all of them is over, the others are not.
        await bed.ResolveAsync(await bed.ReadAsync<Guid>("SELECT head_id FROM incidents"));
        (await t.AfterAsync(10)).ShouldBe(["b"]);
        await bed.ExecuteAsync("UPDATE alerts SET status = 'resolved', resolved_at = $1, resolution = 'recovered' WHERE incident_id IS NOT NULL AND status <> 'resolved'", bed.Time.Now);
        await bed.ExecuteAsync("INSERT INTO alert_events (id, alert_id, partner_id, kind, at) SELECT breeze_uuid7(), id, partner_id, 'resolved', $1 FROM alerts WHERE incident_id IS NOT NULL", bed.Time.Now);
        (await t.RunAsync()).ShouldBe(["a", "b"]);
        bed.Told.ShouldAllBe(x => x.Told.Event == "resolved" && x.Told.Title == "2 devices: Slow");
        (await t.AfterAsync(600)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_step_that_can_tell_nobody_falls_to_the_next_at_once_and_says_so()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        var (bed, sms) = (t.Bed, await t.Bed.AddChannelAsync("sms"));
        var (mute, blind, bob, gone) = (await t.AddPersonAsync("Mute"), await t.AddPersonAsync("Blind", sms, "none"), await t.AddPersonAsync("Bob", sms), await t.AddPersonAsync("Gone", sms));
        await bed.ExecuteAsync("UPDATE users SET status = 'disabled' WHERE id = $1", gone);
        var foreign = await bed.AddChannelAsync("of two", bed.OtherOrganization);
        await t.AddPolicyAsync(0, new(0, null, null, [await t.AddScheduleAsync("Empty")]), new(10, [foreign], [mute, blind, gone], null), new(10, null, [bob], null));
        var alert = await bed.RaiseAsync();
        (await t.RunAsync()).ShouldBe(["Bob"]);
        (await t.TimelineAsync(alert)).ShouldBe(
        [
            "“Night”, step 1 of 3: nobody could be told; nobody is on call in “Empty”. The next step follows at once.",
            "“Night”, step 2 of 3: nobody could be told; a channel is another organization's; Mute has no contact method and was told in Breeze alone; Blind may not see the alert; Gone may not see the alert. The next step follows at once.",
            "“Night”, step 3 of 3: told Bob.",
        ]);
        (await bed.CountAsync("bell_notices WHERE user_id = $1", mute)).ShouldBe(1);
        (await bed.CountAsync("bell_notices WHERE user_id = $1 OR user_id = $2", blind, gone)).ShouldBe(0);
    }

    [Fact]
    public async Task A_snooze_holds_a_policy_back_and_so_does_whatever_suppresses_the_alert()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        var (bed, a, b) = (t.Bed, await t.Bed.AddChannelAsync("a"), await t.Bed.AddChannelAsync("b"));
        await t.AddPolicyAsync(0, new(0, [a], null, null), new(10, [b], null, null));
        var (snoozed, suppressed, resolved) = (await bed.RaiseAsync("Snoozed"), await bed.RaiseAsync("Suppressed"), await bed.RaiseAsync("Resolved"));
        (await t.RunAsync()).ShouldBe(["a", "a", "a"]);
        await bed.ExecuteAsync("UPDATE alerts SET snoozed_until = $2 WHERE id = $1", snoozed, bed.Time.Now.AddMinutes(60));
        await bed.ExecuteAsync("UPDATE alerts SET suppressed_by = 'dependency' WHERE id = $1", suppressed);
        await bed.ResolveAsync(resolved);
        (await t.AfterAsync(10)).ShouldBe(["a"]);
        (await t.AfterAsync(20)).ShouldBeEmpty();
        await bed.ExecuteAsync("UPDATE alerts SET suppressed_by = NULL WHERE id = $1", suppressed);
        (await t.AfterAsync(1)).ShouldBe(["b"]);
        bed.Told.Single().Told.Title.ShouldBe("Suppressed");
        (await t.AfterAsync(29)).ShouldBe(["b"]);
        bed.Told.Single().Told.Title.ShouldBe("Snoozed");
        // What comes back begins from the first step.
        await bed.ExecuteAsync("UPDATE alerts SET status = 'firing', resolved_at = NULL, resolution = NULL WHERE id = $1", resolved);
        await bed.AddEventAsync(resolved, "reopened");
        (await t.RunAsync()).ShouldBe(["a"]);
        (await t.AfterAsync(10)).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Two_runners_at_once_take_each_step_once()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        var (bed, sms) = (t.Bed, await t.Bed.AddChannelAsync("sms"));
        var people = new[] { await t.AddPersonAsync("Ada", sms), await t.AddPersonAsync("Bob", sms) };
        await t.AddPolicyAsync(0, new(0, null, people, null), new(1, [sms], null, null));
        for (var i = 0; i < 120; i++)
        {
            await bed.RaiseAsync($"Alert {i}");
        }
        while (await bed.Router.RouteAsync(Token) > 0)
        {
        }
        for (var step = 0; step < 2; step++)
        {
            var runners = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
            {
                var runner = new EscalationRunner(bed.Database, bed.Bus, bed.Time);
                var taken = 0;
                while (await runner.RunAsync(Token) is > 0 and var count)
                {
                    taken += count;
                }
                return taken;
            })).ToList();
            (await Task.WhenAll(runners)).Sum().ShouldBe(120);
            bed.Time.Now += TimeSpan.FromMinutes(1);
        }
        (await bed.CountAsync("notifications")).ShouldBe(120 * 3);
        (await bed.CountAsync("(SELECT 1 FROM notifications GROUP BY alert_id, user_id HAVING count(*) > 1) AS twice")).ShouldBe(0);
        (await bed.CountAsync("alert_events WHERE kind = 'escalated'")).ShouldBe(240);
    }

    [Fact]
    public async Task What_waits_for_one_person_is_never_told_to_another()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        var (bed, sms) = (t.Bed, await t.Bed.AddChannelAsync("sms", rate: 2));
        await t.AddPolicyAsync(0, new EscalationStep(0, null, [await t.AddPersonAsync("Ada", sms), await t.AddPersonAsync("Bob", sms)], null));
        foreach (var title in (string[])["One", "Two", "Three"])
        {
            await bed.RaiseAsync(title);
        }
        (await t.RunAsync()).Length.ShouldBe(2);
        var first = bed.Told.ToList();
        (await t.AfterAsync(1)).ShouldBe(["Ada", "Bob"]);
        foreach (var name in (string[])["Ada", "Bob"])
        {
            first.Concat(bed.Told).Where(x => x.Channel == name).Sum(x => 1 + x.Told.OtherCount).ShouldBe(3, $"{name} hears of each alert once");
        }
    }

    [Fact]
    public async Task A_wrong_address_of_one_person_is_no_fault_of_the_channel()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        var (bed, sms) = (t.Bed, await t.Bed.AddChannelAsync("sms"));
        await t.AddPolicyAsync(0, new EscalationStep(0, null, [await t.AddPersonAsync("Ada", sms)], null));
        bed.Answer = (_, _) => DeliveryResult.Reject("No such number.");
        await bed.RaiseAsync();
        (await t.RunAsync()).ShouldBe(["Ada"]);
        (await bed.ReadAsync<string>("SELECT status FROM notifications")).ShouldBe("failed");
        (await bed.CountAsync("notification_channels WHERE last_error IS NOT NULL")).ShouldBe(0);
        (await bed.CountAsync("alerts WHERE source = 'breeze'")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_comes_on_call_and_who_goes_are_told_once()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        var (bed, sms) = (t.Bed, await t.Bed.AddChannelAsync("sms"));
        var (ada, bob) = (await t.AddPersonAsync("Ada", sms), await t.AddPersonAsync("Bob", sms));
        var schedule = await t.AddScheduleAsync("Night", ada, bob);
        await t.AddScheduleAsync("Alone", ada);
        (await t.RunAsync()).ShouldBeEmpty("a new schedule is no hand-over");
        (await t.AfterAsync((24 * 60) - 1)).ShouldBeEmpty();
        (await t.AfterAsync(1)).ShouldBe(["Ada", "Bob"]);
        (await bed.CountAsync("notifications WHERE event = 'handover' AND status = 'delivered'")).ShouldBe(2);
        (await bed.ReadAsync<string>("SELECT body ->> 'title' FROM notifications WHERE user_id = $1", bob)).ShouldBe("You are on call: Night");
        (await bed.ReadAsync<string>("SELECT body ->> 'message' FROM notifications WHERE user_id = $1", bob)).ShouldBe("Until Fri 6 Mar 2026 10:00 (UTC). Before you it was Ada.");
        (await bed.ReadAsync<string>("SELECT body ->> 'message' FROM notifications WHERE user_id = $1", ada)).ShouldBe("Bob is on call now.");
        (await bed.ReadAsync<string>("SELECT path FROM bell_notices WHERE user_id = $1", bob)).ShouldBe($"/on-call/{schedule}");
        (await t.RunAsync()).ShouldBeEmpty();
        await bed.ExecuteAsync("UPDATE on_call_schedules SET tells = false WHERE id = $1", schedule);
        (await t.AfterAsync(24 * 60)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_route_may_show_alerts_in_everybodys_bell()
    {
        await using var t = await EscalationBed.MakeAsync(postgres);
        await t.Bed.ExecuteAsync("UPDATE notification_routes SET in_app = true WHERE id = $1", await t.Bed.AddRouteAsync("bell", [], severities: ["info"]));
        var info = await t.Bed.RaiseAsync("Small", severity: "info");
        await t.Bed.RaiseAsync("Other");
        (await t.RunAsync()).ShouldBeEmpty();
        (await t.Bed.ReadAsync<Guid>("SELECT alert_id FROM bell_notices WHERE user_id IS NULL")).ShouldBe(info);
        (await t.Bed.CountAsync("bell_notices")).ShouldBe(1);
    }
}
