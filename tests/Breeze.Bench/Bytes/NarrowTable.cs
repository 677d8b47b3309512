using Npgsql;
using NpgsqlTypes;

namespace Breeze.Bench.Bytes;

/// <summary>The floor: one row for each metric of each reading, in a plain narrow table with its key.</summary>
sealed class NarrowTable(NpgsqlConnection connection, Guid[] devices, int metrics)
{
    public const string Name = "bench_narrow";

    int _heartbeats;

    public async Task CreateAsync()
    {
        await using var command = new NpgsqlCommand(
            $"CREATE TABLE {Name} (device_id uuid, metric_id integer, at timestamptz, value double precision NOT NULL, PRIMARY KEY (device_id, metric_id, at))", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stores so many readings of the devices in turn, a COPY and a commit for each group.</summary>
    public async Task FillAsync(long heartbeats, int group)
    {
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var left = heartbeats; left > 0; left -= group)
        {
            await using var writer = await connection.BeginBinaryImportAsync($"COPY {Name} FROM STDIN (FORMAT BINARY)");
            for (var i = 0; i < Math.Min(left, group); i++, _heartbeats++)
            {
                var (device, at) = (devices[_heartbeats % devices.Length], start.AddMinutes(_heartbeats / devices.Length));
                for (var metric = 0; metric < metrics; metric++)
                {
                    writer.StartRow();
                    writer.Write(device, NpgsqlDbType.Uuid);
                    writer.Write(metric, NpgsqlDbType.Integer);
                    writer.Write(at, NpgsqlDbType.TimestampTz);
                    writer.Write(1234.5678 + metric, NpgsqlDbType.Double);
                }
            }
            await writer.CompleteAsync();
        }
    }
}
