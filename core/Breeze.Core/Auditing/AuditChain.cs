using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Auditing;

/// <summary>Checks that nothing of a chain was altered, taken out or put in.</summary>
public static class AuditChain
{
    /// <param name="connection">Must see the whole chain: the system's, or that of somebody who reaches all of the partner.</param>
    /// <param name="partnerId">The partner; null for the platform's own chain.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<AuditChainState> VerifyAsync(NpgsqlConnection connection, Guid? partnerId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT breeze_audit_verify($1), (SELECT count(*) FROM audit_logs WHERE partner_id IS NOT DISTINCT FROM $1),
                   (SELECT hash FROM audit_logs WHERE partner_id IS NOT DISTINCT FROM $1 ORDER BY sequence DESC LIMIT 1)
            """, connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = (object?)partnerId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(
            reader.GetInt64(1), reader.IsDBNull(0) ? null : reader.GetInt64(0), reader.IsDBNull(2) ? "" : Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(2)));
    }

    /// <summary>The hash of one entry; null when there is none. Whoever kept it earlier sees by it that the end of the chain was not cut off.</summary>
    public static async Task<string?> HashAtAsync(NpgsqlConnection connection, Guid? partnerId, long sequence, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT hash FROM audit_logs WHERE partner_id IS NOT DISTINCT FROM $1 AND sequence = $2", connection)
        {
            Parameters = { new() { Value = (object?)partnerId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = sequence } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is byte[] hash ? Convert.ToHexStringLower(hash) : null;
    }
}
