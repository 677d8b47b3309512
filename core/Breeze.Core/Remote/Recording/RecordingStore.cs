using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Npgsql;

namespace Breeze.Core.Remote.Recording;

/// <summary>Takes in what devices recorded, part by part, and ends and drops recordings. It acts for the server.</summary>
public sealed class RecordingStore(Database database, TimeProvider time)
{
    /// <summary>
    /// Stores the next part. One that is there already is answered as it was before; one that is not the next is refused. Null when it is stored.
    /// </summary>
    /// <param name="deviceId">Who sends it.</param>
    /// <param name="sessionId">Of which session.</param>
    /// <param name="number">Counted from 0.</param>
    /// <param name="isLast">Nothing follows.</param>
    /// <param name="packed">As it was sent.</param>
    /// <param name="content">The same unpacked.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<Refusal?> AddAsync(Guid deviceId, Guid sessionId, int number, bool isLast, ReadOnlyMemory<byte> packed, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The session's row is what two parts at a time wait for.
        if (!await ExistsAsync(
            connection, "SELECT 1 FROM remote_sessions WHERE id = $1 AND device_id = $2 AND recorded AND started_at IS NOT NULL AND (ended_at IS NULL OR ended_at > $3) FOR NO KEY UPDATE",
            [sessionId, deviceId, now - RecordingLimits.Late], cancellationToken))
        {
            return Refusal.NotFound("remote_session");
        }
        var before = await ReadAsync(connection, sessionId, cancellationToken);
        if (number < before.Parts)
        {
            return null;
        }
        if (before.State is RecordingState.Complete or RecordingState.Cut)
        {
            return Refusal.Conflict("recording_ended", "The recording has ended; nothing more of it is taken.");
        }
        if (number > before.Parts)
        {
            return Refusal.Conflict("recording_gap", $"Part {before.Parts} comes next.");
        }
        if (number == 0)
        {
            if (RecordingPart.SizeOf(content.Span) is not { } size)
            {
                return Refusal.Invalid("recording_invalid", "The first part must begin with the header of an asciicast v2.");
            }
            await RunAsync(
                connection,
                """
                INSERT INTO remote_recordings (session_id, partner_id, organization_id, device_id, columns, rows, started_at, state)
                SELECT id, partner_id, organization_id, device_id, $2, $3, $4, 'recording' FROM remote_sessions WHERE id = $1
                """, [sessionId, size.Columns, size.Rows, now], cancellationToken);
        }
        var isFull = before.Bytes + content.Length > RecordingLimits.SessionBytes;
        if (!isFull)
        {
            await RunAsync(
                connection, "INSERT INTO remote_recording_parts (session_id, number, device_id, content, unpacked) VALUES ($1, $2, $3, $4, $5)",
                [sessionId, number, deviceId, packed.ToArray(), content.Length], cancellationToken);
        }
        await RunAsync(
            connection,
            "UPDATE remote_recordings SET parts = parts + $2, bytes = bytes + $3, state = $4, ended_at = CASE WHEN $4 = 'recording' THEN NULL ELSE $5::timestamptz END WHERE session_id = $1",
            [sessionId, isFull ? 0 : 1, isFull ? 0L : content.Length, isFull ? RecordingState.Cut : isLast ? RecordingState.Complete : RecordingState.Recording, now], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return isFull ? Refusal.Conflict("recording_full", $"A session's recording has at most {RecordingLimits.SessionBytes >> 20} MiB; it is cut here.") : null;
    }

    /// <summary>Ends what no more parts are taken of, and drops what is older than its partner keeps it.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await RunAsync(
            connection,
            """
            UPDATE remote_recordings r SET state = 'cut', ended_at = $2 FROM remote_sessions s
            WHERE s.id = r.session_id AND r.state = 'recording' AND s.ended_at <= $1
            """, [now - RecordingLimits.Late, now], cancellationToken);
        int dropped;
        do
        {
            // A few at a time: each takes its parts with it.
            dropped = await RunAsync(
                connection,
                """
                DELETE FROM remote_recordings WHERE session_id = ANY (ARRAY(
                    SELECT r.session_id FROM remote_recordings r JOIN partners p ON p.id = r.partner_id
                    WHERE r.state <> 'recording' AND r.started_at < $1 - make_interval(days => p.recording_days) LIMIT 50))
                """, [now], cancellationToken);
        }
        while (dropped > 0);
    }

    static async Task<(int Parts, long Bytes, string? State)> ReadAsync(NpgsqlConnection connection, Guid sessionId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "SELECT parts, bytes, state FROM remote_recordings WHERE session_id = $1", [sessionId]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt32(0), reader.GetInt64(1), reader.GetString(2)) : (0, 0, null);
    }

    static async Task<bool> ExistsAsync(NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    static async Task<int> RunAsync(NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        return command;
    }
}
