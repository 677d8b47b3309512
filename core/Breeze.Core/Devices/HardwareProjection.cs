using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Devices;

/// <summary>From the <c>hardware</c> document to <c>device_hardware</c> and <c>device_network</c>.</summary>
public sealed class HardwareProjection : IInventoryProjection
{
    public string Kind => "hardware";

    public async Task ApplyAsync(NpgsqlConnection connection, InventoryDocument document, CancellationToken cancellationToken)
    {
        var hardware = document.Root;
        var cpu = hardware.Member("cpu");
        await using (var upsert = new NpgsqlCommand(
            """
            INSERT INTO device_hardware (device_id, manufacturer, model, serial_number, cpu_model, cpu_cores, cpu_threads, memory_bytes, virtualization, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now())
            ON CONFLICT (device_id) DO UPDATE SET manufacturer = $2, model = $3, serial_number = $4, cpu_model = $5, cpu_cores = $6, cpu_threads = $7,
                memory_bytes = $8, virtualization = $9, updated_at = now()
            """, connection)
        {
            Parameters =
            {
                new() { Value = document.DeviceId },
                Text(hardware, "manufacturer"), Text(hardware, "model"), Text(hardware, "serial_number"), Text(cpu, "model"),
                Number(cpu, "cores", NpgsqlDbType.Integer), Number(cpu, "threads", NpgsqlDbType.Integer),
                Number(hardware, "memory_bytes", NpgsqlDbType.Bigint), Text(hardware, "virtualization"),
            },
        })
        {
            await upsert.ExecuteNonQueryAsync(cancellationToken);
        }
        // Who has the plugin for networks tells more with that one.
        await using var other = new NpgsqlCommand("SELECT 1 FROM device_inventory WHERE device_id = $1 AND kind = 'network'", connection) { Parameters = { new() { Value = document.DeviceId } } };
        if (await other.ExecuteScalarAsync(cancellationToken) is null)
        {
            await NetworkInterfaces.ReplaceAsync(connection, document, "network_interfaces", cancellationToken);
        }
    }

    static NpgsqlParameter Text(JsonElement element, string name) =>
        new() { Value = (object?)element.Text(name, 256) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    static NpgsqlParameter Number(JsonElement element, string name, NpgsqlDbType type)
    {
        var member = element.Member(name);
        var maximum = type == NpgsqlDbType.Integer ? int.MaxValue : long.MaxValue;
        object value = member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number) && number > 0 && number <= maximum
            ? type == NpgsqlDbType.Integer ? (int)number : number
            : DBNull.Value;
        return new() { Value = value, NpgsqlDbType = type };
    }
}
