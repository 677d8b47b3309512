using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>What the router reads and writes.</summary>
static class RouterQueries
{
    /// <summary>Takes events that nobody has looked at: all of their ids, and those of them that are told.</summary>
    public static async Task<(List<Guid> Events, List<RoutedAlert> Alerts)> ClaimAsync(NpgsqlConnection connection, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT e.id, e.kind, a.id, a.partner_id, a.organization_id, a.device_id, a.source, a.fingerprint,
                a.suppressed_by IS NOT DISTINCT FROM 'person' OR coalesce(a.snoozed_until > $1, false),
                a.severity, coalesce(left(e.detail ->> 'title', 1000), a.title), a.message, a.started_at, a.resolved_at, coalesce(d.display_name, d.hostname), o.name, s.name, r.name, r.runbook_url,
                a.rule_id, e.at, a.status, a.suppressed_by, a.suppressed_cause, a.hushed, a.incident_id,
                CASE WHEN r.enabled AND d.id IS NOT NULL THEN r.action ->> 'when' END, x.state, x.exit_code, x.reason, x.output,
                r.action IS NOT NULL AND EXISTS (SELECT 1 FROM alert_actions y WHERE y.alert_id = a.id AND y.event_id <> e.id AND y.state <> 'skipped' AND coalesce(y.ended_at, 'infinity') > a.fired_at), a.label,
                -- Of the one that stands for an incident it is the incident that somebody looks after.
                CASE WHEN e.kind = 'acknowledged' THEN (SELECT i.id FROM incidents i WHERE i.id = a.incident_id AND i.head_id = a.id) END,
                EXISTS (SELECT 1 FROM alert_actions y JOIN alert_events h ON h.id = y.event_id
                    WHERE y.alert_id = a.id AND y.event_id <> e.id AND y.is_before AND y.state <> 'skipped' AND coalesce(y.ended_at, 'infinity') > a.fired_at AND h.held_until > $1)
            FROM alert_events e
            JOIN alerts a ON a.id = e.alert_id
            LEFT JOIN devices d ON d.id = a.device_id
            LEFT JOIN organizations o ON o.id = a.organization_id
            LEFT JOIN sites s ON s.id = d.site_id
            LEFT JOIN alert_rules r ON r.id = a.rule_id
            LEFT JOIN alert_actions x ON x.event_id = e.id
            -- What is over by now waits for nothing.
            WHERE e.routed_at IS NULL AND (e.held_until IS NULL OR e.held_until <= $1 OR a.status = 'resolved') ORDER BY e.id LIMIT $2 FOR UPDATE OF e SKIP LOCKED
            """, connection) { Parameters = { new() { Value = now }, new() { Value = limit } } };
        var (events, alerts) = (new List<Guid>(), new List<RoutedAlert>());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
            Guid? Id(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);
            events.Add(reader.GetGuid(0));
            var (kind, status) = (reader.GetString(1), reader.GetString(21));
            if (kind == "unsuppressed")
            {
                // What was kept back is told as what it is by now.
                kind = status switch { "firing" => "firing", "resolved" => "resolved", _ => kind };
            }
            if (kind is not ("firing" or "reopened" or "acknowledged" or "resolved"))
            {
                continue;
            }
            alerts.Add(new RoutedAlert
            {
                EventId = reader.GetGuid(0), Kind = kind, AlertId = reader.GetGuid(2), PartnerId = reader.GetGuid(3), OrganizationId = Id(4), DeviceId = Id(5), Source = reader.GetString(6),
                Fingerprint = Text(7), IsSilent = reader.GetBoolean(8), IsMuted = reader.GetBoolean(8), RuleId = Id(19), At = reader.GetFieldValue<DateTimeOffset>(20),
                IsOpen = status is "firing" or "acknowledged", WasBy = Text(22), WasCause = Id(23), WasHushed = reader.GetBoolean(24), IncidentId = Id(25), Devices = Id(5) is { } device ? [device] : [],
                Label = reader.GetString(32),
                Script = new(Text(26), Text(27), reader.IsDBNull(28) ? null : reader.GetInt32(28), Text(29) ?? "", Text(30) ?? "", reader.GetBoolean(31), reader.GetBoolean(34)),
                Body = new NotificationBody
                {
                    Severity = reader.GetString(9), Title = reader.GetString(10), Message = reader.GetString(11), StartedAt = reader.GetFieldValue<DateTimeOffset>(12),
                    ResolvedAt = kind == "resolved" && !reader.IsDBNull(13) ? reader.GetFieldValue<DateTimeOffset>(13) : null,
                    Device = Text(14), Organization = Text(15), Site = Text(16), Rule = Text(17), Runbook = Text(18) is { Length: > 0 } runbook ? runbook : null, Incident = Id(33),
                },
            });
        }
        return (events, alerts);
    }

    /// <summary>Stores what is to be told. What a route gathers joins the window that is open already.</summary>
    public static async Task InsertAsync(NpgsqlConnection connection, IReadOnlyList<RoutedNotification> tellings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO notifications (id, partner_id, organization_id, channel_id, alert_id, event, body, due_at, route_id, gather, created_at, merged_into, status, finished_at)
            SELECT v.id, v.partner_id, v.organization_id, v.channel_id, v.alert_id, v.event, v.body::jsonb,
                CASE WHEN v.gather IS NULL THEN v.due_at ELSE coalesce((SELECT min(n.due_at) FROM notifications n
                    WHERE n.channel_id = v.channel_id AND n.route_id = v.route_id AND n.status = 'queued' AND n.gather = 'digest' AND n.due_at > $11), v.due_at) END,
                v.route_id, v.gather, $11, v.merged_into, CASE WHEN v.merged_into IS NULL THEN 'queued' ELSE 'merged' END, CASE WHEN v.merged_into IS NOT NULL THEN $11 END
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12) AS v (id, partner_id, organization_id, channel_id, alert_id, event, body, due_at, route_id, gather, merged_into)
            -- A channel that went a moment ago has nobody to tell.
            WHERE EXISTS (SELECT 1 FROM notification_channels c WHERE c.id = v.channel_id)
            """, connection);
        void Add<T>(Func<RoutedNotification, T> value, NpgsqlDbType type) =>
            command.Parameters.Add(new() { Value = tellings.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
        Add(t => t.Id, NpgsqlDbType.Uuid);
        Add(t => t.Alert.PartnerId, NpgsqlDbType.Uuid);
        Add(t => t.Alert.OrganizationId, NpgsqlDbType.Uuid);
        Add(t => t.Telling.ChannelId, NpgsqlDbType.Uuid);
        Add(t => t.Alert.AlertId, NpgsqlDbType.Uuid);
        Add(t => t.Alert.Kind, NpgsqlDbType.Text);
        Add(t => t.Body.ToJson(), NpgsqlDbType.Text);
        Add(t => t.Telling.DueAt.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        Add(t => t.Telling.RouteId, NpgsqlDbType.Uuid);
        Add(t => t.Telling.IsGathered ? "digest" : null, NpgsqlDbType.Text);
        command.Parameters.Add(new() { Value = now });
        Add(t => t.MergedInto, NpgsqlDbType.Uuid);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task MarkAsync(NpgsqlConnection connection, List<Guid> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("UPDATE alert_events SET routed_at = $2 WHERE id = ANY ($1)", connection) { Parameters = { new() { Value = events.ToArray() }, new() { Value = now } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
