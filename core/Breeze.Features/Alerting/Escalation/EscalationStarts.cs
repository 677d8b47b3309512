using Breeze.Features.Alerting.Notifying;
using Breeze.Features.Alerting.Suppression;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>What the router starts beside notifications: policies, the end of what they told, and the bell. In the router's transaction.</summary>
static class EscalationStarts
{
    public static async Task WriteAsync(NpgsqlConnection connection, RoutingPlan plan, IReadOnlyList<RoutedAlert> alerts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var policies = new Dictionary<(Guid AlertId, Guid PolicyId), (RoutedAlert Alert, Guid RouteId, DateTimeOffset DueAt)>();
        var bell = new Dictionary<Guid, RoutedAlert>();
        var ends = new Dictionary<Guid, RoutedAlert>();
        var incidents = new HashSet<(Guid, Guid)>();
        foreach (var alert in alerts.Where(a => !a.IsSilent && a.FailingChannel is null))
        {
            if (alert.Kind == "resolved")
            {
                // What began in the same breath is over before anybody was told.
                foreach (var key in policies.Keys.Where(k => k.AlertId == alert.AlertId).ToList())
                {
                    policies.Remove(key);
                }
                // An incident comes as a whole first, then as the parts of organizations.
                if (alert.Body.Incident is null || !ends.ContainsKey(alert.AlertId))
                {
                    ends[alert.AlertId] = alert;
                }
                continue;
            }
            foreach (var route in alert.Kind is "firing" or "reopened" ? plan.Matching(alert, now) : [])
            {
                // Of an incident nobody is called twice, and a moment later, so that they hear how many it is.
                if (route.PolicyId is { } policy && (alert.Body.Incident is not { } incident || incidents.Add((incident, policy))))
                {
                    var quiet = alert.Body.Severity == AlertSeverity.Critical ? null : RouteHours.Parse(route.Quiet);
                    var due = alert.Body.Incident is null ? now : now + SuppressionLimits.Counting;
                    policies.TryAdd((alert.AlertId, policy), (alert, route.Id, quiet?.EndAfter(due) ?? due));
                }
                if (route.InApp)
                {
                    bell[alert.AlertId] = alert;
                }
            }
        }
        if (ends.Count > 0)
        {
            await EndAsync(connection, ends.Values, now, cancellationToken);
        }
        if (policies.Count > 0)
        {
            await StartAsync(connection, policies, now, cancellationToken);
        }
        if (bell.Count > 0)
        {
            await RingAsync(connection, bell.Values, now, cancellationToken);
        }
    }

    static async Task StartAsync(
        NpgsqlConnection connection, Dictionary<(Guid AlertId, Guid PolicyId), (RoutedAlert Alert, Guid RouteId, DateTimeOffset DueAt)> policies, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO alert_escalations (id, partner_id, alert_id, policy_id, route_id, due_at, started_at, incident_id)
            SELECT breeze_uuid7(), v.partner_id, v.alert_id, v.policy_id, v.route_id, v.due_at, $6, v.incident_id FROM unnest($1, $2, $3, $4, $5, $7) AS v (partner_id, alert_id, policy_id, route_id, due_at, incident_id)
            -- A policy that went a moment ago tells nobody.
            WHERE EXISTS (SELECT 1 FROM escalation_policies p WHERE p.id = v.policy_id)
            ORDER BY v.alert_id, v.policy_id
            ON CONFLICT (alert_id, policy_id) DO UPDATE SET id = excluded.id, route_id = excluded.route_id, due_at = excluded.due_at, started_at = excluded.started_at, incident_id = excluded.incident_id, step = 0, round = 0, ended_at = NULL, ended_by = NULL
            """, connection)
        {
            Parameters =
            {
                new() { Value = policies.Values.Select(p => p.Alert.PartnerId).ToArray() }, new() { Value = policies.Keys.Select(k => k.AlertId).ToArray() }, new() { Value = policies.Keys.Select(k => k.PolicyId).ToArray() },
                new() { Value = policies.Values.Select(p => p.RouteId).ToArray() }, new() { Value = policies.Values.Select(p => p.DueAt.ToUniversalTime()).ToArray() }, new() { Value = now },
                new() { Value = policies.Values.Select(p => p.Alert.Body.Incident).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task RingAsync(NpgsqlConnection connection, IReadOnlyCollection<RoutedAlert> alerts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO bell_notices (id, partner_id, alert_id, severity, title, at)
            SELECT breeze_uuid7(), v.partner_id, v.alert_id, v.severity, left(v.title, 1000), $5 FROM unnest($1, $2, $3, $4) AS v (partner_id, alert_id, severity, title)
            """, connection)
        {
            Parameters =
            {
                new() { Value = alerts.Select(a => a.PartnerId).ToArray() }, new() { Value = alerts.Select(a => a.AlertId).ToArray() }, new() { Value = alerts.Select(a => a.Body.Severity).ToArray() },
                new() { Value = alerts.Select(a => a.Body.Title).ToArray() }, new() { Value = now },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whoever was called hears that it is over, if the route tells ends.</summary>
    static async Task EndAsync(NpgsqlConnection connection, IReadOnlyCollection<RoutedAlert> alerts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH told AS (
                SELECT DISTINCT x.id AS escalation_id, x.partner_id, x.alert_id, x.route_id, n.organization_id, n.channel_id, n.user_id, n.recipient
                FROM alert_escalations x JOIN notifications n ON n.escalation_id = x.id AND n.event = 'firing'
                WHERE x.alert_id = ANY ($1) AND NOT EXISTS (SELECT 1 FROM notification_routes r WHERE r.id = x.route_id AND NOT 'resolved' = ANY (r.events))),
            ended AS (UPDATE alert_escalations SET ended_at = $4, ended_by = 'resolved' WHERE alert_id = ANY ($1) AND ended_at IS NULL)
            INSERT INTO notifications (id, partner_id, organization_id, channel_id, alert_id, event, body, due_at, route_id, created_at, user_id, recipient)
            SELECT breeze_uuid7(), t.partner_id, t.organization_id, t.channel_id, t.alert_id, 'resolved', v.body::jsonb, $4, t.route_id, $4, t.user_id, t.recipient
            FROM told t JOIN unnest($2, $3) AS v (alert_id, body) ON v.alert_id = t.alert_id
            """, connection)
        {
            Parameters =
            {
                new() { Value = alerts.Select(a => a.AlertId).ToArray() }, new() { Value = alerts.Select(a => a.AlertId).ToArray() },
                new() { Value = alerts.Select(a => a.Body.ToJson()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }, new() { Value = now },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
