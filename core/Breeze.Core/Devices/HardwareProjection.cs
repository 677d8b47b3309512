using System.Text.Json;
using Breeze.Core.Transport;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Devices;

/// <summary>From the <c>hardware</c> document to <c>device_hardware</c> and <c>device_network</c>.</summary>
public sealed class HardwareProjection : IInventoryProjection
{
    const int MaximumInterfaces = 64;

    public string Kind => "hardware";

    public async Task ApplyAsync(NpgsqlConnection connection, Guid deviceId, JsonElement document, CancellationToken cancellationToken)
    {
        var cpu = Member(document, "cpu");
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
                new() { Value = deviceId },
                Text(document, "manufacturer"), Text(document, "model"), Text(document, "serial_number"), Text(cpu, "model"),
                Number(cpu, "cores", NpgsqlDbType.Integer), Number(cpu, "threads", NpgsqlDbType.Integer),
                Number(document, "memory_bytes", NpgsqlDbType.Bigint), Text(document, "virtualization"),
            },
        })
        {
            await upsert.ExecuteNonQueryAsync(cancellationToken);
        }
        await ReplaceInterfacesAsync(connection, deviceId, Member(document, "network_interfaces"), cancellationToken);
    }

    static async Task ReplaceInterfacesAsync(NpgsqlConnection connection, Guid deviceId, JsonElement interfaces, CancellationToken cancellationToken)
    {
        await using (var delete = new NpgsqlCommand("DELETE FROM device_network WHERE device_id = $1", connection) { Parameters = { new() { Value = deviceId } } })
        {
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }
        if (interfaces.ValueKind != JsonValueKind.Array)
        {
            return;
        }
        foreach (var item in interfaces.EnumerateArray().Take(MaximumInterfaces))
        {
            if (TextOf(item, "name", 128) is not { Length: > 0 } name)
            {
                continue;
            }
            var addresses = Member(item, "addresses");
            await using var insert = new NpgsqlCommand(
                "INSERT INTO device_network (device_id, name, mac, addresses, speed_mbps, state) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING", connection)
            {
                Parameters =
                {
                    new() { Value = deviceId }, new() { Value = name }, Text(item, "mac"),
                    new()
                    {
                        Value = addresses.ValueKind != JsonValueKind.Array ? [] : addresses.EnumerateArray().Where(a => a.ValueKind == JsonValueKind.String)
                            .Take(32).Select(a => AgentText.Clean(a.GetString()!, 64)).ToArray(),
                    },
                    Number(item, "speed_mbps", NpgsqlDbType.Bigint), Text(item, "state"),
                },
            };
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    static string? TextOf(JsonElement element, string name, int maximum) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } member ? AgentText.Clean(member.GetString()!, maximum) : null;

    static NpgsqlParameter Text(JsonElement element, string name) =>
        new() { Value = (object?)TextOf(element, name, 256) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    static NpgsqlParameter Number(JsonElement element, string name, NpgsqlDbType type)
    {
        var member = Member(element, name);
        var maximum = type == NpgsqlDbType.Integer ? int.MaxValue : long.MaxValue;
        object value = member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number) && number > 0 && number <= maximum
            ? type == NpgsqlDbType.Integer ? (int)number : number
            : DBNull.Value;
        return new() { Value = value, NpgsqlDbType = type };
    }
}
