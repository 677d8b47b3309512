using Npgsql;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>Which alerts come and go: by the changes of the rule's alerts for the same device and series, also when each time is an alert of its own.</summary>
static class FlapDetection
{
    /// <summary>Those with too many changes; true when that was told already.</summary>
    public static async Task<Dictionary<Guid, bool>> ReadAsync(NpgsqlConnection connection, Guid[] alerts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var flapping = new Dictionary<Guid, bool>();
        if (alerts.Length == 0)
        {
            return flapping;
        }
        await using var command = new NpgsqlCommand(
            """
            SELECT a.id, h.flapped FROM alerts a CROSS JOIN LATERAL (
                SELECT coalesce(sum(n), 0) AS n, coalesce(bool_or(flapped), false) AS flapped FROM (
                    SELECT s.suppressed_by IS NOT DISTINCT FROM 'flapping' AS flapped,
                        (SELECT count(*) FROM alert_events e WHERE e.alert_id = s.id AND e.at > $2 AND e.kind IN ('firing', 'reopened', 'resolved')) AS n
                    FROM alerts s WHERE s.id = a.id
                    UNION ALL
                    SELECT s.suppressed_by IS NOT DISTINCT FROM 'flapping', (SELECT count(*) FROM alert_events e WHERE e.alert_id = s.id AND e.at > $2 AND e.kind IN ('firing', 'reopened', 'resolved'))
                    FROM alerts s WHERE s.rule_id = a.rule_id AND s.device_id = a.device_id AND s.label = a.label AND s.status = 'resolved' AND s.resolved_at > $2 AND s.id <> a.id) AS same) AS h
            WHERE a.id = ANY ($1) AND a.rule_id IS NOT NULL AND (h.flapped OR h.n >= $3)
            """, connection)
        {
            Parameters = { new() { Value = alerts }, new() { Value = now - SuppressionLimits.FlapTime }, new() { Value = (long)SuppressionLimits.FlapChanges } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            flapping[reader.GetGuid(0)] = reader.GetBoolean(1);
        }
        return flapping;
    }
}
