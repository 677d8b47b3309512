using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Bench.Fleet;

/// <summary>Looks for every reading that the server has acknowledged.</summary>
static class Acknowledged
{
    /// <summary>How many there were, and how many of them are not in the database.</summary>
    public static async Task<(long Acknowledged, long Lost)> CheckAsync(BenchServer server, string file)
    {
        await using var connection = await server.OpenAsync();
        await ExecuteAsync(connection, "CREATE TEMPORARY TABLE acknowledged (device_id uuid, at timestamptz)");
        var count = 0L;
        await using (var writer = await connection.BeginBinaryImportAsync("COPY acknowledged FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var words in File.ReadLines(file).Select(line => line.Split(' ')))
            {
                var device = Guid.Parse(words[0]);
                foreach (var at in words.Skip(1))
                {
                    await writer.StartRowAsync();
                    await writer.WriteAsync(device, NpgsqlDbType.Uuid);
                    await writer.WriteAsync(DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture)), NpgsqlDbType.TimestampTz);
                    count++;
                }
            }
            await writer.CompleteAsync();
        }
        await ExecuteAsync(connection, "ANALYZE acknowledged");
        await using var missing = new NpgsqlCommand(
            "SELECT count(*) FROM acknowledged a WHERE NOT EXISTS (SELECT FROM device_metrics m WHERE m.device_id = a.device_id AND m.at = a.at)", connection) { CommandTimeout = 600 };
        return (count, (long)(await missing.ExecuteScalarAsync())!);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
