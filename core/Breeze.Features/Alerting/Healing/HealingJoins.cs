using Breeze.Features.Alerting.Notifying;
using Npgsql;

namespace Breeze.Features.Alerting.Healing;

/// <summary>
/// An alert that comes back while people still wait for its script: the run decides for this firing as well, and what waited before is told with it. Otherwise people would hear of both.
/// </summary>
static class HealingJoins
{
    /// <summary>Hands the run over to the firings; they wait as long as the ones before them would have. Answers those that do.</summary>
    public static async Task<HashSet<Guid>> WriteAsync(NpgsqlConnection connection, IReadOnlyList<RoutedAlert> joining, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (joining.Count == 0)
        {
            return [];
        }
        await using var command = new NpgsqlCommand(
            """
            WITH joined AS (
                SELECT DISTINCT ON (v.event_id) v.event_id, x.id, h.held_until FROM unnest($1, $2) AS v (event_id, alert_id)
                JOIN alert_actions x ON x.alert_id = v.alert_id AND x.event_id <> v.event_id AND x.is_before AND x.state <> 'skipped'
                JOIN alert_events h ON h.id = x.event_id AND h.held_until > $3 ORDER BY v.event_id, x.id DESC),
            moved AS (UPDATE alert_actions x SET event_id = j.event_id FROM joined j WHERE x.id = j.id RETURNING x.event_id)
            UPDATE alert_events e SET held_until = j.held_until FROM joined j JOIN moved m ON m.event_id = j.event_id WHERE e.id = j.event_id RETURNING e.id
            """, connection)
        {
            Parameters = { new() { Value = joining.Select(a => a.EventId).ToArray() }, new() { Value = joining.Select(a => a.AlertId).ToArray() }, new() { Value = now } },
        };
        var held = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            held.Add(reader.GetGuid(0));
        }
        return held;
    }

    /// <summary>What waits of an earlier firing is not told any more: the later one is.</summary>
    public static async Task SupersedeAsync(NpgsqlConnection connection, IReadOnlyList<RoutedAlert> later, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (later.Count == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand(
            """
            UPDATE alert_events e SET routed_at = $3 FROM unnest($1, $2) AS v (event_id, alert_id)
            WHERE e.alert_id = v.alert_id AND e.id < v.event_id AND e.routed_at IS NULL AND e.held_until IS NOT NULL AND e.kind IN ('firing', 'reopened', 'unsuppressed')
            """, connection)
        {
            Parameters = { new() { Value = later.Select(a => a.EventId).ToArray() }, new() { Value = later.Select(a => a.AlertId).ToArray() }, new() { Value = now } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
