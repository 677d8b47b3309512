using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Breeze.Bench.Floor;

/// <summary>
/// The least that keeping the last contact costs: for each heartbeat one row of a narrow table updated in place, 5,000 with one COPY and one statement.
/// </summary>
static class PresenceFloor
{
    const int Group = 5000;
    const int Devices = 20_000;

    /// <summary>Arguments: connection string, seconds.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(arguments[0]);
        await connection.OpenAsync();
        var devices = Enumerable.Range(0, Devices).Select(_ => Guid.NewGuid()).ToArray();
        await ExecuteAsync(connection,
            """
            DROP TABLE IF EXISTS bench_presence;
            CREATE TABLE bench_presence (device_id uuid PRIMARY KEY, last_seen_at timestamptz, status text, address text) WITH (fillfactor = 50);
            CREATE TEMPORARY TABLE bench_incoming (device_id uuid, at timestamptz) ON COMMIT DELETE ROWS
            """);
        await using (var insert = new NpgsqlCommand("INSERT INTO bench_presence SELECT id, now(), 'ok', '127.0.0.1' FROM unnest($1) AS id", connection) { Parameters = { new() { Value = devices } } })
        {
            await insert.ExecuteNonQueryAsync();
        }
        await UpdateAsync(connection, devices, 0);
        Console.WriteLine("{}");
        Console.ReadLine();

        var watch = Stopwatch.StartNew();
        var groups = 1;
        for (; watch.Elapsed.TotalSeconds < seconds; groups++)
        {
            await UpdateAsync(connection, devices, groups);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"rows":{{(groups - 1) * (long)Group}},"seconds":{{watch.Elapsed.TotalSeconds}}}"""));
        Console.ReadLine();
        await ExecuteAsync(connection, "DROP TABLE bench_presence");
        return 0;
    }

    static async Task UpdateAsync(NpgsqlConnection connection, Guid[] devices, int round)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var writer = await connection.BeginBinaryImportAsync("COPY bench_incoming FROM STDIN (FORMAT BINARY)"))
        {
            var now = DateTime.UtcNow;
            for (var i = 0; i < Group; i++)
            {
                writer.StartRow();
                writer.Write(devices[((round * Group) + i) % Devices]);
                writer.Write(now, NpgsqlTypes.NpgsqlDbType.TimestampTz);
            }
            await writer.CompleteAsync();
        }
        await ExecuteAsync(connection, "UPDATE bench_presence p SET last_seen_at = v.at FROM bench_incoming v WHERE p.device_id = v.device_id");
        await transaction.CommitAsync();
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
