using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Breeze.Bench.Floor;

/// <summary>The least that storing a heartbeat's readings costs: binary COPY of bytes made beforehand, into a table like that of the readings, in groups of 5,000.</summary>
static class CopyFloor
{
    const int Group = 5000;
    const int Float8Oid = 701;

    /// <summary>Arguments: connection string, values per row, seconds.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var values = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        var seconds = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(arguments[0]);
        await connection.OpenAsync();
        await ExecuteAsync(connection,
            """
            DROP TABLE IF EXISTS bench_floor;
            CREATE TABLE bench_floor (device_id uuid NOT NULL, at timestamptz NOT NULL, layout_id integer NOT NULL, metric_values double precision[] NOT NULL, PRIMARY KEY (device_id, at))
            """);
        var devices = Enumerable.Range(0, Group).Select(_ => Guid.NewGuid()).ToArray();
        await CopyAsync(connection, devices, values, 0);
        Console.WriteLine("{}");
        Console.ReadLine();

        var watch = Stopwatch.StartNew();
        var groups = 1;
        for (; watch.Elapsed.TotalSeconds < seconds; groups++)
        {
            await CopyAsync(connection, devices, values, groups);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"rows":{{(groups - 1) * (long)Group}},"seconds":{{watch.Elapsed.TotalSeconds}}}"""));
        Console.ReadLine();
        await ExecuteAsync(connection, "DROP TABLE bench_floor");
        return 0;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static async Task CopyAsync(NpgsqlConnection connection, Guid[] devices, int values, int round)
    {
        var rowBytes = 46 + 20 + (values * 12);
        var buffer = new byte[19 + (rowBytes * devices.Length) + 2];
        "PGCOPY\n"u8.CopyTo(buffer);
        new byte[] { 255, 13, 10 }.CopyTo(buffer, 7);
        var span = buffer.AsSpan(19);
        foreach (var device in devices)
        {
            WriteRow(span, device, round, values);
            span = span[rowBytes..];
        }

        BinaryPrimitives.WriteInt16BigEndian(span, -1);
        await using var stream = await connection.BeginRawBinaryCopyAsync("COPY bench_floor FROM STDIN (FORMAT BINARY)");
        await stream.WriteAsync(buffer);
    }

    static void WriteRow(Span<byte> span, Guid device, int round, int values)
    {
        BinaryPrimitives.WriteInt16BigEndian(span, 4);
        BinaryPrimitives.WriteInt32BigEndian(span[2..], 16);
        device.TryWriteBytes(span[6..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(span[22..], 8);
        BinaryPrimitives.WriteInt64BigEndian(span[26..], 800_000_000_000_000 + (round * 60_000_000L));
        BinaryPrimitives.WriteInt32BigEndian(span[34..], 4);
        BinaryPrimitives.WriteInt32BigEndian(span[38..], 1);
        BinaryPrimitives.WriteInt32BigEndian(span[42..], 20 + (values * 12));
        var array = span[46..];
        BinaryPrimitives.WriteInt32BigEndian(array, 1);
        BinaryPrimitives.WriteInt32BigEndian(array[8..], Float8Oid);
        BinaryPrimitives.WriteInt32BigEndian(array[12..], values);
        BinaryPrimitives.WriteInt32BigEndian(array[16..], 1);
        for (var index = 0; index < values; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(array[(20 + (index * 12))..], 8);
            BinaryPrimitives.WriteDoubleBigEndian(array[(24 + (index * 12))..], 0.125 + index);
        }
    }
}
