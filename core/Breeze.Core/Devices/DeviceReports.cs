using System.Security.Cryptography;
using System.Text.Json;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Breeze.Protocol;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Devices;

/// <summary>Stores what agents say of themselves now and then: version, plugins, inventory.</summary>
public sealed class DeviceReports(Database database, EventBus bus, IEnumerable<IInventoryProjection> projections, TimeProvider time)
{
    public async Task AgentVersionAsync(AgentEntry agent, string version, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("UPDATE devices SET agent_version = $2, updated_at = now() WHERE id = $1");
        command.Parameters.Add(new() { Value = agent.DeviceId });
        command.Parameters.Add(new() { Value = version });
        await command.ExecuteNonQueryAsync(cancellationToken);
        agent.AgentVersion = version;
    }

    public async Task PluginsAsync(AgentEntry agent, IReadOnlyList<PluginReport> plugins, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var valid = plugins.Where(p => p.State is "active" or "failed" or "leaked" or "incompatible" && IsPluginId(p.Id))
            .DistinctBy(p => p.Id).ToList();
        await using (var delete = new NpgsqlCommand("DELETE FROM device_plugins WHERE device_id = $1 AND plugin_id <> ALL ($2)", connection)
        {
            Parameters = { new() { Value = agent.DeviceId }, new() { Value = valid.Select(p => p.Id).ToArray() } },
        })
        {
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }
        foreach (var plugin in valid)
        {
            await using var upsert = new NpgsqlCommand(
                """
                INSERT INTO device_plugins (device_id, plugin_id, version, hash, generation, state, error, load_ms, reported_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
                ON CONFLICT (device_id, plugin_id) DO UPDATE SET version = $3, hash = $4, generation = $5, state = $6, error = $7, load_ms = $8, reported_at = now()
                """, connection)
            {
                Parameters =
                {
                    new() { Value = agent.DeviceId }, new() { Value = plugin.Id },
                    new() { Value = AgentText.Clean(plugin.Version ?? "", 64) }, new() { Value = AgentText.Clean(plugin.Hash ?? "", 64) },
                    new() { Value = Math.Max(0, plugin.Generation) }, new() { Value = plugin.State },
                    new() { Value = plugin.Error is null ? DBNull.Value : AgentText.Clean(plugin.Error, 1000), NpgsqlDbType = NpgsqlDbType.Text },
                    new() { Value = (object?)plugin.LoadMs ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double },
                },
            };
            await upsert.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        bus.Publish(Topics.PluginReports, agent.DeviceId.ToByteArray());
    }

    static bool IsPluginId(string? id) =>
        id is { Length: > 0 and <= 128 } && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-');

    /// <summary>Stores an inventory document. False when it is the one that we have.</summary>
    public async Task<bool> InventoryAsync(AgentEntry agent, string kind, JsonDocument document, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        bool isFirst;
        await using (var upsert = new NpgsqlCommand(
            """
            INSERT INTO device_inventory AS i (device_id, kind, document, hash, received_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (device_id, kind) DO UPDATE SET document = $3, hash = $4, received_at = $5 WHERE i.hash <> $4
            RETURNING i.xmax = 0
            """, connection)
        {
            Parameters =
            {
                new() { Value = agent.DeviceId }, new() { Value = kind },
                new() { Value = json.ToArray(), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new() { Value = SHA256.HashData(json.Span) },
                new() { Value = now },
            },
        })
        {
            if (await upsert.ExecuteScalarAsync(cancellationToken) is not bool inserted)
            {
                return false;
            }
            isFirst = inserted;
        }
        var stored = new InventoryDocument(agent.DeviceId, document.RootElement, isFirst, now);
        foreach (var projection in projections.Where(p => p.Kind == kind))
        {
            await projection.ApplyAsync(connection, stored, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        bus.Publish(Topics.DeviceState(agent.DeviceId), System.Text.Encoding.UTF8.GetBytes($$"""{"type":"inventory","kind":"{{kind}}"}"""));
        return true;
    }
}
