using Breeze.Features.Alerting.Notifying;
using Npgsql;

namespace Breeze.Features.Alerting.Incidents;

/// <summary>What there is to tell of an incident: to the partner as a whole, and to each organization of its own devices.</summary>
static class IncidentTelling
{
    const int MostNames = 10;
    const int MostDevices = 500;

    /// <summary>The first is for the partner; an organization's own channels must not hear of another's devices.</summary>
    public static async Task<IReadOnlyList<RoutedAlert>> ReadAsync(NpgsqlConnection connection, Guid incident, string kind, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT i.partner_id, i.rule_id, i.title, i.severity, i.started_at, i.resolved_at, p.organization_id, o.name, p.devices, p.heads[1], p.ids, p.names, r.runbook_url, i.head_id
            FROM incidents i CROSS JOIN LATERAL (
                SELECT a.organization_id, count(DISTINCT a.device_id) AS devices,
                    -- Who was called for one of them hears of its end under the same.
                    (array_agg(a.id ORDER BY a.id = i.head_id DESC NULLS LAST, EXISTS (SELECT 1 FROM alert_escalations x WHERE x.alert_id = a.id AND x.incident_id = i.id) DESC, a.id))[1:1] AS heads,
                    (array_agg(DISTINCT a.device_id) FILTER (WHERE a.device_id IS NOT NULL))[1:$2] AS ids,
                    (array_agg(DISTINCT coalesce(d.display_name, d.hostname)) FILTER (WHERE d.id IS NOT NULL))[1:$3] AS names
                FROM alerts a LEFT JOIN devices d ON d.id = a.device_id WHERE a.incident_id = i.id GROUP BY a.organization_id) AS p
            LEFT JOIN organizations o ON o.id = p.organization_id LEFT JOIN alert_rules r ON r.id = i.rule_id
            WHERE i.id = $1 ORDER BY p.heads[1] IS NOT DISTINCT FROM i.head_id DESC, p.organization_id
            """, connection) { Parameters = { new() { Value = incident }, new() { Value = MostDevices }, new() { Value = MostNames } } };
        var parts = new List<(RoutedAlert Alert, long Devices, string[] Names)>();
        Guid? head = null;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                head = reader.IsDBNull(13) ? null : reader.GetGuid(13);
                string[] names = reader.IsDBNull(11) ? [] : reader.GetFieldValue<string[]>(11);
                var devices = reader.GetInt64(8);
                parts.Add((new RoutedAlert
                {
                    EventId = Guid.Empty, Kind = kind, AlertId = reader.GetGuid(9), PartnerId = reader.GetGuid(0), RuleId = reader.IsDBNull(1) ? null : reader.GetGuid(1), Source = "rule", IsSilent = false,
                    OrganizationId = reader.IsDBNull(6) ? null : reader.GetGuid(6), Devices = reader.IsDBNull(10) ? [] : reader.GetFieldValue<Guid[]>(10), At = now, IncidentId = incident,
                    Body = new()
                    {
                        Severity = reader.GetString(3), Title = Title(devices, reader.GetString(2)), Message = Message(devices, names), StartedAt = reader.GetFieldValue<DateTimeOffset>(4),
                        ResolvedAt = kind == "resolved" && !reader.IsDBNull(5) ? reader.GetFieldValue<DateTimeOffset>(5) : null, Organization = reader.IsDBNull(7) ? null : reader.GetString(7),
                        Rule = reader.GetString(2), Runbook = reader.IsDBNull(12) || reader.GetString(12).Length == 0 ? null : reader.GetString(12), Incident = incident,
                    },
                }, devices, names));
            }
        }
        if (parts.Count < 2)
        {
            return [.. parts.Select(p => p.Alert with { AlertId = head ?? p.Alert.AlertId })];
        }
        var all = parts.Sum(p => p.Devices);
        var first = parts[0].Alert;
        var whole = first with
        {
            // Also when that one fires again by itself meanwhile, and is none of these any more.
            AlertId = head ?? first.AlertId, OrganizationId = null, Devices = [.. parts.SelectMany(p => p.Alert.Devices)],
            Body = first.Body with { Title = Title(all, first.Body.Rule!), Message = Message(all, [.. parts.SelectMany(p => p.Names).Take(MostNames)]), Organization = null },
        };
        return [whole, .. parts.Select(p => p.Alert)];
    }

    /// <summary>What is not sent yet says how many it is by now; and whose incident it is.</summary>
    public static async Task RecountAsync(NpgsqlConnection connection, Guid[] incidents, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH placed AS (
                UPDATE incidents i SET organization_id = (SELECT CASE WHEN count(DISTINCT a.organization_id) = 1 THEN (array_agg(a.organization_id))[1] END FROM alerts a WHERE a.incident_id = i.id)
                WHERE i.id = ANY ($1))
            UPDATE notifications n SET body = jsonb_set(n.body, '{title}', to_jsonb(left((SELECT to_char(count(DISTINCT a.device_id), 'FM999,999,999') FROM alerts a
                WHERE a.incident_id = i.id AND (n.organization_id IS NULL OR a.organization_id = n.organization_id)) || ' devices: ' || i.title, 1000)))
            FROM incidents i WHERE i.id = ANY ($1) AND n.status = 'queued' AND n.attempts = 0 AND n.event = 'firing' AND n.escalation_id IS NULL AND n.body ->> 'incident' = i.id::text
            """, connection) { Parameters = { new() { Value = incidents } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends those of which nothing is open any more.</summary>
    public static async Task<List<(Guid Incident, Guid Partner)>> ResolveAsync(NpgsqlConnection connection, Guid[] incidents, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE incidents i SET status = 'resolved', resolved_at = $2, changed_at = $2
            WHERE i.id = ANY ($1) AND i.status = 'open' AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.incident_id = i.id AND a.status IN ('firing', 'acknowledged')) RETURNING i.id, i.partner_id
            """, connection) { Parameters = { new() { Value = incidents }, new() { Value = now } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var resolved = new List<(Guid, Guid)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            resolved.Add((reader.GetGuid(0), reader.GetGuid(1)));
        }
        return resolved;
    }

    static string Title(long devices, string title) => FormattableString.Invariant($"{devices:N0} {(devices == 1 ? "device" : "devices")}: {title}");

    static string Message(long devices, string[] names) =>
        $"Many alerts of one rule came at once and are told as one. {(names.Length == 0 ? "" : $"Among the devices: {string.Join(", ", names)}{(devices > names.Length ? " and others" : "")}.")}";
}
