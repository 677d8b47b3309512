using Breeze.Features.Alerting.Healing;
using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Notifying;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>What the runner of policies reads and writes.</summary>
static class EscalationQueries
{
    /// <summary>An acknowledgement that was taken back lets the policy go on where it was.</summary>
    public static async Task ResumeAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE alert_escalations x SET ended_at = CASE WHEN a.status = 'resolved' THEN $1 END, ended_by = CASE WHEN a.status = 'resolved' THEN 'resolved' END, due_at = $1
            FROM alerts a WHERE a.id = x.alert_id AND x.ended_by = 'acknowledged' AND a.status <> 'acknowledged'
            """, connection) { Parameters = { new() { Value = now } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes policies that are due; no other node sees them until the transaction ends.</summary>
    public static async Task<List<EscalationRow>> ClaimAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT x.id, x.partner_id, x.alert_id, x.route_id, p.name, p.steps::text, p.repeats, p.repeat_minutes, x.step, x.round,
                -- What is told for an incident goes on as long as anything of it fires.
                CASE WHEN i.id IS NULL THEN a.status ELSE coalesce(m.status, 'resolved') END, a.snoozed_until,
                i.id IS NULL AND (coalesce(d.status = 'maintenance', false) OR a.suppressed_by IS NOT NULL), a.organization_id, d.site_id, coalesce(a.fired_at, a.started_at),
                a.severity, CASE WHEN i.id IS NULL THEN a.title ELSE left(m.devices || ' devices: ' || i.title, 1000) END, a.message, a.started_at, coalesce(d.display_name, d.hostname), o.name, s.name, r.name, r.runbook_url,
                h.state, h.exit_code, h.reason, h.output, i.id
            FROM alert_escalations x
            JOIN escalation_policies p ON p.id = x.policy_id
            JOIN alerts a ON a.id = x.alert_id
            LEFT JOIN incidents i ON i.id = x.incident_id
            LEFT JOIN LATERAL (
                SELECT CASE WHEN bool_or(o.status = 'firing') THEN 'firing' ELSE min(o.status) END AS status, count(DISTINCT o.device_id) AS devices
                FROM alerts o WHERE o.incident_id = i.id AND o.status IN ('firing', 'acknowledged') AND (p.organization_id IS NULL OR o.organization_id = p.organization_id)) m ON true
            LEFT JOIN devices d ON d.id = a.device_id
            LEFT JOIN organizations o ON o.id = a.organization_id
            LEFT JOIN sites s ON s.id = d.site_id
            LEFT JOIN alert_rules r ON r.id = a.rule_id
            LEFT JOIN LATERAL (SELECT y.state, y.exit_code, y.reason, y.output FROM alert_actions y WHERE y.alert_id = a.id AND y.is_before AND coalesce(y.ended_at, 'infinity') > a.fired_at ORDER BY y.id DESC LIMIT 1) h
                ON i.id IS NULL
            WHERE x.ended_at IS NULL AND x.due_at <= $1 ORDER BY x.due_at, x.id LIMIT $2 FOR UPDATE OF x SKIP LOCKED
            """, connection) { Parameters = { new() { Value = now }, new() { Value = EscalationLimits.Batch } } };
        var rows = new List<EscalationRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
            Guid? Id(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);
            rows.Add(new EscalationRow
            {
                Id = reader.GetGuid(0), PartnerId = reader.GetGuid(1), AlertId = reader.GetGuid(2), RouteId = Id(3), Policy = reader.GetString(4), Steps = EscalationStep.Parse(reader.GetString(5)),
                Repeats = reader.GetInt32(6), RepeatMinutes = reader.GetInt32(7), Step = reader.GetInt32(8), Round = reader.GetInt32(9), Status = reader.GetString(10),
                SnoozedUntil = reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11), IsSuppressed = reader.GetBoolean(12), OrganizationId = Id(13), SiteId = Id(14),
                FiredAt = reader.GetFieldValue<DateTimeOffset>(15),
                Body = new NotificationBody
                {
                    Severity = reader.GetString(16), Title = reader.GetString(17), StartedAt = reader.GetFieldValue<DateTimeOffset>(19),
                    Message = Text(25) is { } state
                        ? HealingStarts.Join(reader.GetString(18), HealingNote.Of(state, reader.IsDBNull(26) ? null : reader.GetInt32(26), reader.GetString(27), reader.GetString(28))) : reader.GetString(18),
                    Device = Text(20), Organization = Text(21), Site = Text(22), Rule = Text(23), Runbook = Text(24) is { Length: > 0 } runbook ? runbook : null, Incident = Id(29),
                },
            });
        }
        return rows;
    }

    public static async Task MoveAsync(NpgsqlConnection connection, IReadOnlyList<EscalationMove> moves, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE alert_escalations x SET step = v.step, round = v.round, due_at = v.due_at, ended_by = v.ended_by, ended_at = CASE WHEN v.ended_by IS NOT NULL THEN $6 END
            FROM unnest($1, $2, $3, $4, $5) AS v (id, step, round, due_at, ended_by) WHERE x.id = v.id
            """, connection)
        {
            Parameters =
            {
                new() { Value = moves.Select(m => m.Id).ToArray() }, new() { Value = moves.Select(m => m.Step).ToArray() }, new() { Value = moves.Select(m => m.Round).ToArray() },
                new() { Value = moves.Select(m => m.DueAt.ToUniversalTime()).ToArray() }, new() { Value = moves.Select(m => m.EndedBy).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }, new() { Value = now },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task TellAsync(NpgsqlConnection connection, IReadOnlyList<(EscalationRow Row, NotificationBody Body, EscalationTarget Target)> tellings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO notifications (id, partner_id, organization_id, channel_id, alert_id, event, body, due_at, route_id, created_at, user_id, recipient, escalation_id)
            SELECT breeze_uuid7(), v.partner_id, v.organization_id, v.channel_id, v.alert_id, 'firing', v.body::jsonb, $10, v.route_id, $10, v.user_id, v.recipient::jsonb, v.escalation_id
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS v (partner_id, organization_id, channel_id, alert_id, body, route_id, user_id, recipient, escalation_id)
            """, connection);
        void Add<T>(Func<(EscalationRow Row, NotificationBody Body, EscalationTarget Target), T> value, NpgsqlDbType type) =>
            command.Parameters.Add(new() { Value = tellings.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
        Add(t => t.Row.PartnerId, NpgsqlDbType.Uuid);
        Add(t => t.Row.OrganizationId, NpgsqlDbType.Uuid);
        Add(t => t.Target.ChannelId, NpgsqlDbType.Uuid);
        Add(t => t.Row.AlertId, NpgsqlDbType.Uuid);
        Add(t => t.Body.ToJson(), NpgsqlDbType.Text);
        Add(t => t.Row.RouteId, NpgsqlDbType.Uuid);
        Add(t => t.Target.UserId, NpgsqlDbType.Uuid);
        Add(t => t.Target.Recipient, NpgsqlDbType.Text);
        Add(t => t.Row.Id, NpgsqlDbType.Uuid);
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The line of the timeline; nobody is told of it, since it says who was.</summary>
    public static async Task RecordAsync(NpgsqlConnection connection, IReadOnlyList<(EscalationRow Row, string Text)> lines, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at, text, detail, routed_at)
            SELECT breeze_uuid7(), v.alert_id, v.partner_id, '{AlertEventKinds.Escalated}', $6, left(v.text, 10000), jsonb_build_object('step', v.step, 'round', v.round), $6
            FROM unnest($1, $2, $3, $4, $5) AS v (alert_id, partner_id, text, step, round)
            """, connection)
        {
            Parameters =
            {
                new() { Value = lines.Select(l => l.Row.AlertId).ToArray() }, new() { Value = lines.Select(l => l.Row.PartnerId).ToArray() }, new() { Value = lines.Select(l => l.Text).ToArray() },
                new() { Value = lines.Select(l => l.Row.Step).ToArray() }, new() { Value = lines.Select(l => l.Row.Round).ToArray() }, new() { Value = now },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task RingAsync(NpgsqlConnection connection, IReadOnlyList<(EscalationRow Row, Guid User)> people, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO bell_notices (id, partner_id, user_id, alert_id, severity, title, at)
            SELECT breeze_uuid7(), v.partner_id, v.user_id, v.alert_id, v.severity, left(v.title, 1000), $6 FROM unnest($1, $2, $3, $4, $5) AS v (partner_id, user_id, alert_id, severity, title)
            """, connection)
        {
            Parameters =
            {
                new() { Value = people.Select(p => p.Row.PartnerId).ToArray() }, new() { Value = people.Select(p => p.User).ToArray() }, new() { Value = people.Select(p => p.Row.AlertId).ToArray() },
                new() { Value = people.Select(p => p.Row.Body.Severity).ToArray() }, new() { Value = people.Select(p => p.Row.Body.Title).ToArray() }, new() { Value = now },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>Where a policy stands after it was looked at.</summary>
/// <param name="EndedBy">Null while it goes on.</param>
sealed record EscalationMove(Guid Id, int Step, int Round, DateTimeOffset DueAt, string? EndedBy = null);
