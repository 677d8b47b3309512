using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Notifying;
using Breeze.Features.Alerting.Suppression;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Healing;

/// <summary>
/// Decides of which firings the rule's script runs, and holds back what is told only after it. In the router's transaction, with the mark that the event was looked at: so it is decided once,
/// and by the same look as whom to tell.
/// </summary>
static class HealingStarts
{
    public static async Task<HealingDecision> WriteAsync(NpgsqlConnection connection, IReadOnlyList<RoutedAlert> alerts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Of an alert that came twice in a batch, the last time is what it does.
        var last = alerts.Where(a => a is { IsRaise: true, Body.Incident: null }).GroupBy(a => a.AlertId).Select(g => g.Last()).ToList();
        var due = last.Where(a => a is { Script.IsDue: true, DeviceId: not null, RuleId: not null }).ToList();
        var waited = alerts.Where(a => a is { IsRaise: true, Script.IsWaitedFor: true }).ToList();
        var heard = last.Where(a => a is { IsSilent: false, IsOpen: true }).ToList();
        await HealingJoins.SupersedeAsync(connection, heard, now, cancellationToken);
        var joined = heard.Where(a => a.Script.IsJoined).ToList();
        if (due.Count == 0 && waited.Count == 0 && joined.Count == 0)
        {
            return new(alerts, new HashSet<Guid>(), false);
        }
        var events = await HealingJoins.WriteAsync(connection, joined, now, cancellationToken);
        var decided = due.Select(a => (Alert: a, Refusal: Refusal(a))).ToList();
        var begun = decided.Where(d => d.Refusal is null && d.Alert.Script.When == RuleAction.Before).Select(d => d.Alert).ToList();
        await InsertAsync(connection, decided, now, cancellationToken);
        await HoldAsync(connection, begun, now + HealingLimits.Reaching, cancellationToken);
        events.UnionWith(begun.Select(a => a.EventId));
        await HushAsync(connection, [.. last.Where(a => events.Contains(a.EventId)).Select(a => a.AlertId)], cancellationToken);
        await SayHealedAsync(connection, [.. waited.Where(a => a.IsHealed && a.Script.State is AlertActionState.Succeeded or AlertActionState.Failed or AlertActionState.Queued).Select(a => a.AlertId)], now, cancellationToken);
        // With the later firing people hear of the earlier one, and of what the script did for it. Nor do they hear of its end between the two.
        var (later, ran) = (heard.ToDictionary(a => a.AlertId, a => a.EventId), waited.GroupBy(a => a.AlertId).ToDictionary(g => g.Key, g => g.Last().Script));
        var told = alerts.Where(a => !events.Contains(a.EventId)
            && !(later.TryGetValue(a.AlertId, out var instead) && instead != a.EventId && (a.Script.IsWaitedFor || a is { Kind: "resolved", WasHushed: true })));
        return new([.. told.Select(a => WithNote(a, ran.GetValueOrDefault(a.AlertId)))], events, decided.Exists(d => d.Refusal is null));
    }

    /// <summary>Why the script does not run; null when it does.</summary>
    static string? Refusal(RoutedAlert alert) => alert.Quiet?.By switch
    {
        SuppressedBy.Maintenance => "The device is in maintenance.",
        SuppressedBy.Dependency => "A device in front of it is offline or has missed a check-in.",
        SuppressedBy.Flapping => "The alert comes and goes.",
        SuppressedBy.Storm => "The alert is part of an incident.",
        _ => alert.IsMuted ? "A person has snoozed the alert." : !alert.IsOpen ? "It was over at once." : alert.IsSilent ? "Nobody is told of the alert." : null,
    };

    static RoutedAlert WithNote(RoutedAlert alert, RoutedScript? ran) => ran is null || alert is not { IsRaise: true, IsSilent: false } ? alert : alert with
    {
        Body = alert.Body with { Message = Join(alert.Body.Message, HealingNote.Of(ran.State!, ran.ExitCode, ran.Reason, ran.Output)) },
    };

    public static string Join(string message, string note) => message.Length == 0 ? note : $"{message}\n\n{note}";

    static async Task InsertAsync(NpgsqlConnection connection, List<(RoutedAlert Alert, string? Refusal)> decided, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (decided.Count == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand(
            $"""
            WITH made AS (
                INSERT INTO alert_actions (id, partner_id, alert_id, event_id, rule_id, device_id, label, is_before, state, reason, created_at, ended_at)
                SELECT v.id, v.partner_id, v.alert_id, v.event_id, v.rule_id, v.device_id, v.label, v.is_before, CASE WHEN v.reason IS NULL THEN 'pending' ELSE 'skipped' END, coalesce(v.reason, ''), $10,
                    CASE WHEN v.reason IS NOT NULL THEN $10 END
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS v (id, partner_id, alert_id, event_id, rule_id, device_id, label, is_before, reason)
                -- A rule or device that went a moment ago has nothing to run.
                WHERE EXISTS (SELECT 1 FROM alert_rules r WHERE r.id = v.rule_id) AND EXISTS (SELECT 1 FROM devices d WHERE d.id = v.device_id)
                ON CONFLICT (event_id) DO NOTHING RETURNING alert_id, partner_id, state, reason)
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at, text, routed_at)
            SELECT breeze_uuid7(), alert_id, partner_id, '{AlertEventKinds.ScriptSkipped}', $10, reason, $10 FROM made WHERE state = 'skipped'
            """, connection);
        void Add<T>(Func<(RoutedAlert Alert, string? Refusal), T> value, NpgsqlDbType type) => command.Parameters.Add(new() { Value = decided.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
        Add(_ => Guid.CreateVersion7(now), NpgsqlDbType.Uuid);
        Add(d => d.Alert.PartnerId, NpgsqlDbType.Uuid);
        Add(d => d.Alert.AlertId, NpgsqlDbType.Uuid);
        Add(d => d.Alert.EventId, NpgsqlDbType.Uuid);
        Add(d => d.Alert.RuleId!.Value, NpgsqlDbType.Uuid);
        Add(d => d.Alert.DeviceId!.Value, NpgsqlDbType.Uuid);
        Add(d => d.Alert.Label, NpgsqlDbType.Text);
        Add(d => d.Alert.Script.When == RuleAction.Before, NpgsqlDbType.Boolean);
        Add(d => d.Refusal, NpgsqlDbType.Text);
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Nobody is told until the script has ended; the runner says when that is, and this is when people are told if it says nothing.</summary>
    static async Task HoldAsync(NpgsqlConnection connection, List<RoutedAlert> held, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (held.Count == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand("UPDATE alert_events SET held_until = $2 WHERE id = ANY ($1)", connection)
        {
            Parameters = { new() { Value = held.Select(a => a.EventId).ToArray() }, new() { Value = until } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>So that the end is not told of what nobody was told.</summary>
    static async Task HushAsync(NpgsqlConnection connection, Guid[] alerts, CancellationToken cancellationToken)
    {
        if (alerts.Length == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand(
            "WITH locked AS (SELECT id FROM alerts WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE) UPDATE alerts a SET hushed = true FROM locked WHERE a.id = locked.id", connection)
        {
            Parameters = { new() { Value = alerts } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task SayHealedAsync(NpgsqlConnection connection, Guid[] alerts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (alerts.Length == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at, text, routed_at)
            SELECT breeze_uuid7(), id, partner_id, '{AlertEventKinds.Healed}', $2, 'The rule''s script ran, and the condition does not hold any more. Nobody is told.', $2 FROM alerts WHERE id = ANY ($1) AND resolution = 'recovered'
            """, connection) { Parameters = { new() { Value = alerts }, new() { Value = now } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>What became of a batch of events.</summary>
/// <param name="Told">Those to tell, and those to be silent about.</param>
/// <param name="Held">Events that wait for a script.</param>
/// <param name="HasStarted">Whether there is a script to run.</param>
sealed record HealingDecision(IReadOnlyList<RoutedAlert> Told, IReadOnlySet<Guid> Held, bool HasStarted);
