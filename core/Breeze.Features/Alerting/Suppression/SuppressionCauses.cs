using Npgsql;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>What devices' alerts are suppressed by at an instant: their maintenance, else an outage in front of them.</summary>
static class SuppressionCauses
{
    /// <summary>What stands in front of what. The condition on the outer device is pushed into both parts.</summary>
    static readonly string Upstreams =
        $"""
        edges AS NOT MATERIALIZED (
            SELECT p.device_id, p.upstream_id FROM device_dependencies p
            UNION ALL SELECT d.id, s.gateway_device_id FROM devices d JOIN sites s ON s.id = d.site_id WHERE s.gateway_device_id IS NOT NULL AND s.gateway_device_id <> d.id),
        up (device_id, upstream_id, depth) AS (
            SELECT e.device_id, e.upstream_id, 1 FROM edges e WHERE e.device_id = ANY ($1)
            UNION SELECT up.device_id, e.upstream_id, up.depth + 1 FROM up JOIN edges e ON e.device_id = up.upstream_id WHERE up.depth < {SuppressionLimits.DependencyDepth})
        """;

    static readonly string Reading =
        $"""
        WITH RECURSIVE {Upstreams}
        (SELECT d.id, 'maintenance', NULL::uuid, CASE WHEN d.maintenance_until IS NULL THEN 'The device is in maintenance until somebody ends it.'
            ELSE 'The device is in maintenance until ' || to_char(d.maintenance_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC.' END AS text, 0 AS rank
         FROM devices d WHERE d.id = ANY ($1) AND d.status = 'maintenance')
        UNION ALL
        (SELECT DISTINCT ON (m.device_id) m.device_id, 'maintenance', w.id, 'The maintenance window “' || w.name || '” lasts until ' || to_char(m.until_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC.', 1
         FROM maintenance_devices m JOIN maintenance_windows w ON w.id = m.window_id WHERE m.device_id = ANY ($1) AND m.from_at <= $2 AND m.until_at > $2 AND w.enabled ORDER BY m.device_id, m.until_at DESC)
        UNION ALL
        (SELECT DISTINCT ON (up.device_id) up.device_id, 'dependency', u.id, coalesce(u.display_name, u.hostname) || CASE u.status WHEN 'offline' THEN ' is offline.' ELSE ' missed a check-in.' END, 2
         FROM up JOIN devices me ON me.id = up.device_id JOIN devices u ON u.id = up.upstream_id AND u.id <> up.device_id AND u.partner_id = me.partner_id LEFT JOIN device_presence p ON p.device_id = u.id
         WHERE u.status = 'offline' OR (u.status IN ('online', 'maintenance') AND p.last_seen_at < $2 - {Due("u")})
         ORDER BY up.device_id, up.depth DESC, u.id)
        ORDER BY rank
        """;

    static readonly string Waiting =
        $"""
        WITH RECURSIVE {Upstreams}
        SELECT up.device_id, max(p.last_seen_at + {Due("u")})
        FROM up JOIN devices me ON me.id = up.device_id AND me.status = 'offline' JOIN device_presence mine ON mine.device_id = me.id
            JOIN devices u ON u.id = up.upstream_id AND u.id <> up.device_id AND u.partner_id = me.partner_id JOIN device_presence p ON p.device_id = u.id
        WHERE p.last_seen_at <= mine.last_seen_at + {Due("me")}
        GROUP BY up.device_id HAVING max(p.last_seen_at + {Due("u")}) > $2
        """;

    public static async Task<Dictionary<Guid, SuppressionCause>> ReadAsync(NpgsqlConnection connection, Guid[] devices, DateTimeOffset now, int interval, CancellationToken cancellationToken)
    {
        var causes = new Dictionary<Guid, SuppressionCause>();
        if (devices.Length == 0)
        {
            return causes;
        }
        await using var command = new NpgsqlCommand(Reading, connection) { Parameters = { new() { Value = devices }, new() { Value = now }, new() { Value = interval } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            // The first is the one to tell.
            causes.TryAdd(reader.GetGuid(0), new(reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetGuid(2), reader.GetString(3)));
        }
        return causes;
    }

    /// <summary>
    /// Silent devices of which it is not clear yet whether they are gone or what stands in front of them: that was not heard since they should have been. Answers when it is due
    /// at the latest; then it was heard, or has missed a check-in itself.
    /// </summary>
    public static async Task<Dictionary<Guid, DateTimeOffset>> UnclearAsync(NpgsqlConnection connection, Guid[] devices, DateTimeOffset now, int interval, CancellationToken cancellationToken)
    {
        var unclear = new Dictionary<Guid, DateTimeOffset>();
        if (devices.Length == 0)
        {
            return unclear;
        }
        await using var command = new NpgsqlCommand(Waiting, connection) { Parameters = { new() { Value = devices }, new() { Value = now }, new() { Value = interval } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            unclear[reader.GetGuid(0)] = reader.GetFieldValue<DateTimeOffset>(1);
        }
        return unclear;
    }

    /// <summary>The longest time between two check-ins of a device that go well: the interval is jittered by a tenth. $3 is the default interval.</summary>
    static string Due(string device) => $"make_interval(secs => coalesce({device}.heartbeat_interval_seconds, $3) * 1.1 + 5)";
}
