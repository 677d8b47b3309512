using Npgsql;

namespace Breeze.Core.Metrics;

/// <summary>How far each resolution is made, as its table says.</summary>
static class RollupProgress
{
    public const string Sql = "SELECT resolution, done_until FROM metric_rollup_progress";

    public static async Task<Dictionary<string, long>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var done = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!reader.IsDBNull(1))
            {
                done[reader.GetString(0)] = new DateTimeOffset(reader.GetDateTime(1)).ToUnixTimeMilliseconds();
            }
        }
        return done;
    }

    /// <summary>Reads it and keeps others from changing it until the transaction ends.</summary>
    public static async Task<Dictionary<string, long>> LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql + " ORDER BY resolution FOR UPDATE", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    public static async Task SetAsync(NpgsqlConnection connection, RollupLevel level, long untilMs, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("UPDATE metric_rollup_progress SET done_until = $2 WHERE resolution = $1", connection)
        {
            Parameters = { new() { Value = level.Name }, RollupMaker.Time(untilMs) },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
