using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>How an alert stands after it was decided whether it is told.</summary>
/// <param name="IsNew">Whether its cause is another than before, which its timeline says.</param>
sealed record SuppressionMark(Guid AlertId, SuppressionCause? Cause, bool Hushed, Guid? IncidentId, bool IsNew)
{
    /// <summary>Writes marks, in the order of the ids so that no two writers wait for each other.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyCollection<SuppressionMark> marks, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (marks.Count == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand(
            """
            WITH marks AS (SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) AS u (id, suppressed_by, cause, text, hushed, incident, is_new)),
            held AS (SELECT a.id FROM alerts a JOIN marks u ON u.id = a.id ORDER BY a.id FOR NO KEY UPDATE OF a),
            changed AS (
                UPDATE alerts a SET suppressed_by = u.suppressed_by, suppressed_cause = u.cause, suppressed_text = u.text, suppressed_until = NULL, hushed = u.hushed, incident_id = u.incident, changed_at = $8
                FROM marks u JOIN held ON held.id = u.id WHERE a.id = u.id RETURNING a.id, a.partner_id, u.suppressed_by, u.cause, u.text, u.is_new)
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at, text, detail, routed_at)
            SELECT breeze_uuid7(), id, partner_id, 'suppressed', $8, text, jsonb_build_object('by', suppressed_by, 'cause', cause), $8 FROM changed WHERE suppressed_by IS NOT NULL AND is_new
            """, connection);
        void Add<T>(Func<SuppressionMark, T> value, NpgsqlDbType type) => command.Parameters.Add(new() { Value = marks.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
        Add(m => m.AlertId, NpgsqlDbType.Uuid);
        Add(m => m.Cause?.By, NpgsqlDbType.Text);
        Add(m => m.Cause?.Id, NpgsqlDbType.Uuid);
        Add(m => Cut(m.Cause?.Text ?? ""), NpgsqlDbType.Text);
        Add(m => m.Hushed, NpgsqlDbType.Boolean);
        Add(m => m.IncidentId, NpgsqlDbType.Uuid);
        Add(m => m.IsNew, NpgsqlDbType.Boolean);
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static string Cut(string text) => text.Length <= 1000 ? text : text[..1000];
}
