using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Expressions;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Escalation;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Alerting.Suppression;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>A rule's script on the device: when it runs, and what people hear of it.</summary>
public sealed class HealingTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_script_that_helps_before_people_are_told_leaves_them_in_peace()
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var bed = healing.Bed;
        var alert = await healing.RaiseAsync();
        await bed.ExecuteAsync("UPDATE alerts SET label = 'name=\"$(reboot)\"', value = 0.5 WHERE id = $1", alert);
        (await healing.RunAsync()).ShouldBeEmpty();
        var payload = JsonElement.Parse((await bed.ReadAsync<string>("SELECT payload::text FROM device_commands WHERE type = 'script' AND device_id = $1 AND timeout_seconds = 120", bed.Device))!);
        payload.Text("content").ShouldBe("systemctl restart nginx", "nothing of the alert is pasted into it");
        var parameters = payload.GetProperty("parameters");
        (parameters.Text("BREEZE_ALERT_ID"), parameters.Text("BREEZE_ALERT_LABEL"), parameters.Text("BREEZE_ALERT_VALUE"), parameters.Text("BREEZE_ALERT_RULE"), parameters.Text("BREEZE_ALERT_SEVERITY"))
            .ShouldBe((alert.ToString(), "name=\"$(reboot)\"", "0.5", "Web server is gone", "warning"));
        var audited = JsonElement.Parse((await bed.ReadAsync<string>("SELECT detail::text FROM audit_logs WHERE action = 'alert_rule.script_started' AND actor_kind = 'system' AND target_id = $1", bed.Device.ToString()))!);
        (audited.Text("saved_by_name"), audited.GetProperty("version").GetInt32(), audited.GetProperty("rule_id").GetGuid(), audited.GetProperty("alert_id").GetGuid()).ShouldBe(("Ada Example", 1, healing.Rule, alert));

        (await healing.AfterAsync(5)).ShouldBeEmpty();
        await healing.EndAsync(alert);
        (await healing.AfterAsync(1)).ShouldBeEmpty("its next readings have a minute");
        bed.Time.Now = bed.Time.Now.AddSeconds(30);
        await bed.ResolveAsync(alert);
        (await healing.RunAsync()).ShouldBeEmpty("nobody heard of it");
        (await healing.AfterAsync(3600)).ShouldBeEmpty();
        (await healing.StateAsync(alert)).ShouldBe("succeeded");
        var timeline = await healing.TimelineAsync(alert);
        timeline.ShouldStartWith("firing,script_started,script_ended,");
        timeline.Split(',').Skip(3).Order().ShouldBe(["healed", "resolved"]);
        (await bed.CountAsync("alert_events WHERE routed_at IS NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task What_it_did_not_help_against_is_told_with_what_it_said()
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var alert = await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldBeEmpty();
        await healing.EndAsync(alert, 3, "one\ntwo\u001b[31m\n", $"{new string('x', 3000)}\nUnit nginx.service not found.\n");
        (await healing.AfterAsync(1)).ShouldBeEmpty();
        (await healing.AfterAsync(30)).ShouldBeEmpty();
        var told = (await healing.AfterAsync(30)).ShouldHaveSingleItem();
        told.ShouldStartWith("firing: Message\n\nThe rule's script failed: it ended with exit code 3. Its last output:\n");
        told.ShouldEndWith("\nUnit nginx.service not found.");
        told.ShouldNotContain("\u001b");
        told.Length.ShouldBeLessThan(1300);
        (await healing.StateAsync(alert)).ShouldBe("failed");
        await healing.Bed.ResolveAsync(alert);
        (await healing.AfterAsync(10)).ShouldBe(["resolved: Message"], "this one was told");
    }

    [Fact]
    public async Task With_after_people_are_told_at_once_and_the_timeline_has_the_outcome()
    {
        await using var healing = await HealingBed.MakeAsync(postgres, RuleAction.After);
        var alert = await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldBe(["firing: Message"]);
        await healing.EndAsync(alert, stdout: "done");
        (await healing.AfterAsync(1)).ShouldBeEmpty();
        (await healing.TimelineAsync(alert)).ShouldBe("firing,script_started,script_ended");
        (await healing.Bed.ReadAsync<string>("SELECT output FROM alert_actions WHERE alert_id = $1", alert)).ShouldBe("done");
    }

    [Fact]
    public async Task It_runs_no_more_often_than_the_rule_allows_and_then_people_hear_at_once()
    {
        await using var healing = await HealingBed.MakeAsync(postgres, perHour: 2);
        var alert = await healing.RaiseAsync();
        for (var run = 0; run < 2; run++)
        {
            (await healing.RunAsync()).ShouldBeEmpty();
            await healing.EndAsync(alert);
            await healing.Bed.ResolveAsync(alert);
            (await healing.AfterAsync(1)).ShouldBeEmpty();
            await ReopenAsync(healing.Bed, alert);
        }
        (await healing.RunAsync()).ShouldHaveSingleItem().ShouldContain("The rule's script did not run: It ran 2 times within the last hour, as often as the rule allows.");
        // Another series of the device has its own count.
        var other = await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldBeEmpty();
        (await healing.StateAsync(other)).ShouldBe("queued");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_comes_back_while_its_script_still_runs_waits_for_it_and_is_told_once(bool isSeenOver)
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var bed = healing.Bed;
        var alert = await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldBeEmpty();
        await healing.BeginAsync(alert);
        bed.Time.Now = bed.Time.Now.AddSeconds(10);
        await bed.ResolveAsync(alert);
        if (isSeenOver)
        {
            (await healing.RunAsync()).ShouldBeEmpty();
        }
        bed.Time.Now = bed.Time.Now.AddSeconds(10);
        await ReopenAsync(bed, alert);
        (await healing.RunAsync()).ShouldBeEmpty("its script still runs");
        (await healing.AfterAsync(60)).ShouldBeEmpty("and may for another minute");
        await healing.EndAsync(alert, 3);
        (await healing.AfterAsync(1)).ShouldBeEmpty("its next readings have a minute");
        (await healing.AfterAsync(60)).ShouldHaveSingleItem().ShouldBe("reopened: Message\n\nThe rule's script failed: it ended with exit code 3.");
        (await healing.AfterAsync(3600)).ShouldBeEmpty();
        (await bed.CountAsync("device_commands")).ShouldBe(1);
        (await healing.StateAsync(alert)).ShouldBe("failed");
        await bed.ResolveAsync(alert);
        (await healing.AfterAsync(1)).ShouldBe(["resolved: Message"]);
        (await bed.CountAsync("alert_events WHERE routed_at IS NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task What_comes_back_and_goes_for_good_while_its_script_runs_leaves_people_in_peace()
    {
        await using var healing = await HealingBed.MakeAsync(postgres, perHour: 5);
        var bed = healing.Bed;
        var alert = await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldBeEmpty();
        await bed.ResolveAsync(alert);
        bed.Time.Now = bed.Time.Now.AddSeconds(10);
        await ReopenAsync(bed, alert);
        (await healing.RunAsync()).ShouldBeEmpty();
        (await bed.CountAsync("device_commands")).ShouldBe(1, "none begins beside the one that runs");
        bed.Time.Now = bed.Time.Now.AddSeconds(10);
        await healing.EndAsync(alert);
        await bed.ResolveAsync(alert);
        (await healing.RunAsync()).ShouldBeEmpty();
        (await healing.AfterAsync(3600)).ShouldBeEmpty();
        (await healing.TimelineAsync(alert)).ShouldContain("healed");
        (await bed.CountAsync("alert_events WHERE routed_at IS NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task What_comes_back_after_its_script_had_ended_is_told_once_and_has_a_script_of_its_own()
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var bed = healing.Bed;
        var alert = await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldBeEmpty();
        await healing.EndAsync(alert, 3);
        (await healing.AfterAsync(1)).ShouldBeEmpty();
        // Over and back between two looks, while people wait for readings.
        await bed.ResolveAsync(alert);
        bed.Time.Now = bed.Time.Now.AddSeconds(10);
        await ReopenAsync(bed, alert);
        (await healing.RunAsync()).ShouldHaveSingleItem().ShouldContain("It ran once within the last hour");
        (await healing.AfterAsync(3600)).ShouldBeEmpty();
    }

    [Fact]
    public async Task In_maintenance_it_does_not_run_and_what_still_fires_afterwards_has_its_script_then()
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var bed = healing.Bed;
        await bed.ExecuteAsync("UPDATE devices SET status = 'maintenance' WHERE id = $1", bed.Device);
        var alert = await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldBeEmpty();
        (await healing.StateAsync(alert)).ShouldBe("skipped The device is in maintenance.");
        (await bed.CountAsync("device_commands")).ShouldBe(0);
        await bed.ExecuteAsync("UPDATE devices SET status = 'online' WHERE id = $1", bed.Device);
        await Sweep(bed).RunAsync(Token);
        (await healing.AfterAsync(1)).ShouldBeEmpty("people wait for it");
        (await bed.CountAsync("device_commands")).ShouldBe(1);
        await healing.EndAsync(alert, 1);
        await healing.AfterAsync(1);
        (await healing.AfterAsync(60)).ShouldHaveSingleItem().ShouldContain("exit code 1");

        // What went into maintenance while it waited is as quiet as the rest, and its script is not run once more for the same firing.
        var second = await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldBeEmpty();
        await healing.EndAsync(second, 1);
        await bed.ExecuteAsync("UPDATE devices SET status = 'maintenance' WHERE id = $1", bed.Device);
        await healing.AfterAsync(1);
        (await healing.AfterAsync(60)).ShouldBeEmpty();
        await bed.ExecuteAsync("UPDATE devices SET status = 'online' WHERE id = $1", bed.Device);
        await Sweep(bed).RunAsync(Token);
        (await healing.AfterAsync(1)).ShouldHaveSingleItem();
        (await healing.StateAsync(second)).ShouldBe("failed");
    }

    [Fact]
    public async Task Nobody_waits_for_a_device_that_does_not_answer()
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var bed = healing.Bed;
        await bed.ExecuteAsync("UPDATE devices SET status = 'offline' WHERE id = $1", bed.Device);
        await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldHaveSingleItem().ShouldEndWith("The rule's script did not run: The device is offline.");
        await bed.ExecuteAsync("UPDATE devices SET status = 'online' WHERE id = $1", bed.Device);

        // It does not fetch the command: ten minutes. That ends with the command, so that nothing runs by surprise later.
        var lost = await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldBeEmpty();
        (await bed.ReadAsync<bool>("SELECT expires_at = $1 FROM device_commands", bed.Time.Now.AddMinutes(10))).ShouldBeTrue();
        (await healing.AfterAsync(9 * 60)).ShouldBeEmpty();
        await healing.EndAsync(lost, status: "expired");
        (await healing.AfterAsync(1)).ShouldHaveSingleItem().ShouldEndWith("The rule's script failed: The device did not fetch it in time.");

        // It began and never said how it ended: its time limit and two minutes.
        var begun = await healing.RaiseAsync();
        (await healing.RunAsync()).ShouldBeEmpty();
        bed.Time.Now = bed.Time.Now.AddSeconds(30);
        await healing.BeginAsync(begun);
        (await healing.AfterAsync(1)).ShouldBeEmpty();
        (await healing.AfterAsync(235)).ShouldBeEmpty();
        (await healing.AfterAsync(5)).ShouldHaveSingleItem().ShouldEndWith("The rule's script has not ended yet.");
    }

    [Fact]
    public async Task Snoozed_and_over_it_does_not_run_and_a_rule_that_was_changed_meanwhile_has_its_say()
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var bed = healing.Bed;
        var snoozed = await healing.RaiseAsync();
        await bed.ExecuteAsync("UPDATE alerts SET snoozed_until = $2 WHERE id = $1", snoozed, bed.Time.Now.AddHours(1));
        (await healing.RunAsync()).ShouldBeEmpty();
        (await healing.StateAsync(snoozed)).ShouldBe("skipped A person has snoozed the alert.");

        // Between the look that decides and the one that runs it.
        var changed = await healing.RaiseAsync();
        await bed.Router.RouteAsync(Token);
        await bed.ExecuteAsync("UPDATE alert_rules SET enabled = false WHERE id = $1", healing.Rule);
        (await healing.RunAsync()).ShouldHaveSingleItem().ShouldContain("The rule was switched off, or runs no script any more.");
        await bed.ExecuteAsync("UPDATE alert_rules SET enabled = true WHERE id = $1", healing.Rule);
        var over = await healing.RaiseAsync();
        await bed.Router.RouteAsync(Token);
        await bed.ResolveAsync(over);
        (await healing.RunAsync()).ShouldBeEmpty("it was over before anybody was told");
        (await healing.StateAsync(over)).ShouldBe("skipped It was over before the script could run.");
        (await healing.TimelineAsync(over)).ShouldNotContain("healed");
        (await bed.CountAsync("device_commands")).ShouldBe(0);
    }

    [Fact]
    public async Task A_storm_runs_no_script_and_an_alert_from_elsewhere_has_none()
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var bed = healing.Bed;
        for (var i = 0; i < 40; i++)
        {
            await healing.RaiseAsync();
        }
        await bed.ExecuteAsync("INSERT INTO alerts (id, partner_id, organization_id, source, fingerprint, severity, status, title, started_at, fired_at) VALUES ($1, $2, $3, 'alertmanager', 'f', 'error', 'firing', 'Foreign', $4, $4)",
            Guid.CreateVersion7(), bed.Partner, bed.Organization, bed.Time.Now);
        await healing.RunAsync();
        (await bed.CountAsync("alert_actions")).ShouldBe(40);
        (await bed.CountAsync("alert_actions WHERE state = 'skipped' AND reason = 'The alert is part of an incident.'")).ShouldBe(40);
        (await bed.CountAsync("device_commands")).ShouldBe(0);
        (await bed.CountAsync("incidents")).ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_rule_fifty_run_at_a_time_however_many_nodes_look_and_the_others_do_not_wait_for_ever()
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var bed = healing.Bed;
        await bed.ExecuteAsync(
            """
            WITH made AS (
                INSERT INTO alerts (id, partner_id, organization_id, rule_id, device_id, label, severity, status, title, started_at, fired_at)
                SELECT gen_random_uuid(), $1, $2, $3, $4, n::text, 'warning', 'firing', 'Many', $5, $5 FROM generate_series(1, 80) AS n RETURNING id, label),
            said AS (INSERT INTO alert_events (id, alert_id, partner_id, kind, at, routed_at) SELECT id, id, $1, 'firing', $5, $5 FROM made)
            INSERT INTO alert_actions (id, partner_id, alert_id, event_id, rule_id, device_id, label, is_before, state, created_at) SELECT id, $1, id, id, $3, $4, label, false, 'pending', $5 FROM made
            """, bed.Partner, bed.Organization, healing.Rule, bed.Device, bed.Time.Now);
        var runners = Enumerable.Range(0, 4).Select(_ => HealingBed.NewRunner(bed)).ToList();
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(runners.Select(r => r.RunAsync(Token)));
        }
        (await bed.CountAsync("device_commands")).ShouldBe(HealingLimits.AtOnce);
        (await bed.CountAsync("alert_actions WHERE state = 'queued'")).ShouldBe(HealingLimits.AtOnce);
        (await bed.ReadAsync<long>("SELECT count(DISTINCT command_id) FROM alert_actions")).ShouldBe(HealingLimits.AtOnce);
        (await bed.CountAsync("audit_logs WHERE action = 'alert_rule.script_started'")).ShouldBe(HealingLimits.AtOnce);
        await bed.ExecuteAsync("UPDATE device_commands SET status = 'cancelled', finished_at = $1 WHERE id IN (SELECT id FROM device_commands ORDER BY id LIMIT 10)", bed.Time.Now);
        await healing.Runner.RunAsync(Token);
        (await bed.CountAsync("device_commands")).ShouldBe(HealingLimits.AtOnce + 10);
        bed.Time.Now = bed.Time.Now.AddMinutes(15);
        await healing.Runner.RunAsync(Token);
        (await bed.CountAsync("alert_actions WHERE state = 'skipped' AND reason LIKE 'It waited 15 minutes%'")).ShouldBe(20);
        (await bed.CountAsync("device_commands")).ShouldBe(HealingLimits.AtOnce + 10);
    }

    [Fact]
    public async Task A_node_that_dies_over_it_leaves_it_to_the_next_one_and_none_runs_twice()
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var bed = healing.Bed;
        var alert = await healing.RaiseAsync();
        await bed.Router.RouteAsync(Token);
        // The last thing before its commit.
        var dies = HealingBed.NewRunner(bed, new FullLog());
        await Should.ThrowAsync<IOException>(() => dies.RunAsync(Token));
        (await bed.CountAsync("device_commands")).ShouldBe(0);
        (await healing.StateAsync(alert)).ShouldBe("pending");
        (await healing.RunAsync()).ShouldBeEmpty();
        (await healing.RunAsync()).ShouldBeEmpty();
        (await bed.CountAsync("device_commands")).ShouldBe(1);
        (await healing.TimelineAsync(alert)).ShouldBe("firing,script_started");
    }

    [Fact]
    public async Task Who_is_called_waits_for_it_as_well_and_hears_what_it_said()
    {
        await using var healing = await HealingBed.MakeAsync(postgres);
        var people = new EscalationBed(healing.Bed);
        await people.AddPolicyAsync(0, new EscalationStep(0, [await healing.Bed.AddChannelAsync("pager")], null, null));
        var alert = await healing.RaiseAsync();
        (await people.RunAsync()).ShouldBeEmpty();
        await healing.Runner.RunAsync(Token);
        (await people.AfterAsync(1)).ShouldBeEmpty();
        await healing.EndAsync(alert, 4);
        await healing.Runner.RunAsync(Token);
        (await people.AfterAsync(1)).ShouldBe(["a", "pager"]);
        healing.Bed.Told.Single().Told.Message.ShouldBe("Message\n\nThe rule's script failed: it ended with exit code 4.");
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("a\r\nb\n\n", "", "a\nb")]
    [InlineData("out", "err", "out\nerr")]
    [InlineData("", "\u001b]0;title\u0007bad\u202e", "]0;titlebad")]
    public void The_end_of_the_output_is_plain_text(string stdout, string stderr, string tail) => HealingNote.Tail(stdout, stderr).ShouldBe(tail);

    [Fact]
    public void Of_a_long_output_the_last_whole_lines_are_kept_and_of_a_long_line_its_end()
    {
        var lines = HealingNote.Tail(string.Join('\n', Enumerable.Range(0, 1000).Select(n => $"line {n}")), "").Split('\n');
        lines[^1].ShouldBe("line 999");
        lines[0].ShouldStartWith("line ");
        string.Join('\n', lines).Length.ShouldBeInRange(1000, HealingLimits.Output);
        var wide = HealingNote.Tail(string.Concat(Enumerable.Repeat("é😀", 500)) + "end", "");
        System.Text.Encoding.UTF8.GetByteCount(wide).ShouldBeInRange(1000, HealingLimits.Output);
        wide.ShouldEndWith("end");
        wide.ShouldNotContain("\uFFFD");
    }

    static async Task ReopenAsync(NotifyingBed bed, Guid alert)
    {
        await bed.ExecuteAsync("UPDATE alerts SET status = 'firing', resolved_at = NULL, resolution = NULL, fired_at = $2, reopened = reopened + 1 WHERE id = $1", alert, bed.Time.Now);
        await bed.AddEventAsync(alert, "reopened");
    }

    static SuppressionSweep Sweep(NotifyingBed bed) => new(
        bed.Database, new MaintenancePlanner(bed.Database, new ExpressionEngine(bed.Database, bed.Time), NullLogger<MaintenancePlanner>.Instance), bed.Bus, bed.Time, NullLogger<SuppressionSweep>.Instance);

    /// <summary>A log that takes nothing.</summary>
    sealed class FullLog : IAuditLog
    {
        public Task WriteAsync(AccessScope scope, AuditRecord record, CancellationToken cancellationToken) => throw new IOException("No space left.");
    }
}
