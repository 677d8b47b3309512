using System.Collections.Concurrent;
using Breeze.Core.Storage;
using Npgsql;

namespace Breeze.Core.Metrics;

/// <summary>The layouts in memory and in <c>metric_layouts</c>. They are shared by all devices of the same shape, so there are few.</summary>
public sealed class LayoutStore(Database database)
{
    readonly ConcurrentDictionary<ulong, MetricLayoutEntry> _byHash = new();
    readonly ConcurrentDictionary<int, MetricLayoutEntry> _byId = new();

    /// <summary>Finds a layout by its identity on the wire: 16 hex digits. Null when this install has never seen it.</summary>
    public async ValueTask<MetricLayoutEntry?> FindAsync(string wireId, CancellationToken cancellationToken)
    {
        if (wireId.Length != 16 || !ulong.TryParse(wireId, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var key))
        {
            return null;
        }
        return _byHash.TryGetValue(key, out var known) ? known : await LoadAsync("hash", Convert.FromHexString(wireId), cancellationToken);
    }

    public async ValueTask<MetricLayoutEntry?> FindAsync(int id, CancellationToken cancellationToken) =>
        _byId.TryGetValue(id, out var known) ? known : await LoadAsync("id", id, cancellationToken);

    public async ValueTask<MetricLayoutEntry> GetOrAddAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var hash = MetricLayoutEntry.HashOf(names);
        if (_byHash.TryGetValue(Key(hash), out var known))
        {
            return known;
        }
        await using (var connection = await database.System.OpenConnectionAsync(cancellationToken))
        {
            await using var insert = new NpgsqlCommand("INSERT INTO metric_layouts (hash, names) VALUES ($1, $2) ON CONFLICT DO NOTHING", connection)
            {
                Parameters = { new() { Value = hash }, new() { Value = names.ToArray() } },
            };
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
        return (await LoadAsync("hash", hash, cancellationToken))!;
    }

    async Task<MetricLayoutEntry?> LoadAsync(string column, object key, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"SELECT id, hash, names FROM metric_layouts WHERE {column} = $1", connection)
        {
            Parameters = { new() { Value = key } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }
        var entry = _byId.GetOrAdd(reader.GetInt32(0), static (id, names) => new MetricLayoutEntry(id, names), reader.GetFieldValue<string[]>(2));
        _byHash[Key(reader.GetFieldValue<byte[]>(1))] = entry;
        return entry;
    }

    static ulong Key(byte[] hash) => System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash);
}
