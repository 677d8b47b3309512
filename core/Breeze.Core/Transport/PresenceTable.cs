using Npgsql;

namespace Breeze.Core.Transport;

/// <summary>Writes many presences with one COPY into a temporary table and one update from it: a third of what an update with arrays costs.</summary>
sealed class PresenceTable
{
    readonly PresenceCopyBuffer _buffer = new();

    /// <summary>Within the connection's transaction, which the caller commits. A presence that is older than the stored one changes nothing.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, IEnumerable<KeyValuePair<AgentEntry, Presence>> presences, CancellationToken cancellationToken)
    {
        _buffer.Begin();
        foreach (var (agent, presence) in presences)
        {
            _buffer.Add(agent.DeviceId, presence);
        }
        _buffer.End();
        await ExecuteAsync(connection,
            """
            CREATE TEMPORARY TABLE IF NOT EXISTS presence_incoming
                (device_id uuid, at timestamptz, status text, address text, cpu real, memory real, disk real, booted_at timestamptz) ON COMMIT DELETE ROWS
            """, cancellationToken);
        await using (var stream = await connection.BeginRawBinaryCopyAsync("COPY presence_incoming FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            await stream.WriteAsync(_buffer.Memory, cancellationToken);
        }
        await ExecuteAsync(connection,
            """
            UPDATE device_presence p SET last_seen_at = v.at, agent_status = v.status, address = v.address, cpu = coalesce(v.cpu, p.cpu),
                memory = coalesce(v.memory, p.memory), disk = coalesce(v.disk, p.disk), booted_at = coalesce(v.booted_at, p.booted_at)
            FROM presence_incoming v WHERE p.device_id = v.device_id AND (p.last_seen_at IS NULL OR p.last_seen_at <= v.at)
            """, cancellationToken);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
