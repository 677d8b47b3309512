using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Breeze.Protocol;

namespace Breeze.Core.Distribution;

/// <summary>
/// What each kind of agent is to run, in memory, so that a heartbeat only compares versions. <see cref="RefreshAsync"/> follows the database.
/// </summary>
public sealed class AgentConfigurations(Database database, int defaultIntervalSeconds)
{
    volatile Snapshot _snapshot = new([], []);

    public int DefaultIntervalSeconds => defaultIntervalSeconds;

    public int IntervalOf(AgentEntry agent) => agent.HeartbeatIntervalSeconds ?? defaultIntervalSeconds;

    /// <summary>A device that waits for approval gets no plugins: no code, no settings.</summary>
    public AgentConfig For(AgentEntry agent) => _snapshot.Get(agent.OsFamily, IntervalOf(agent), agent.IsWaiting);

    /// <summary>The whole configuration when the agent's is another; null when it is current.</summary>
    public AgentConfig? UpdateFor(AgentEntry agent, string version)
    {
        var current = For(agent);
        return current.ConfigVersion == version ? null : current;
    }

    /// <summary>Reads what agents are to run; true when that has changed since the last call.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        var plugins = new List<AgentPlugin>();
        await using (var command = database.System.CreateCommand(
            """
            SELECT p.id, k.version, k.hash, k.file_sha256, k.size, p.settings, k.manifest
            FROM plugins p JOIN plugin_packages k ON k.hash = p.active_hash JOIN trusted_publishers t ON t.key_id = k.signer
            WHERE p.enabled AND t.revoked_at IS NULL AND k.manifest->'hosts' ? 'agent' ORDER BY p.id
            """))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                using var settings = JsonDocument.Parse(reader.GetString(5));
                using var manifest = JsonDocument.Parse(reader.GetString(6));
                string[] platforms = manifest.RootElement.TryGetProperty("platforms", out var list) ? [.. list.EnumerateArray().Select(e => e.GetString()!)] : [];
                plugins.Add(new(platforms, new PluginAssignment(
                    reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), settings.RootElement.Clone())));
            }
        }
        var keys = new List<PublisherKey>();
        await using (var command = database.System.CreateCommand("SELECT key_id, public_key FROM trusted_publishers WHERE revoked_at IS NULL ORDER BY key_id"))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                keys.Add(new(reader.GetString(0), Convert.ToBase64String(reader.GetFieldValue<byte[]>(1))));
            }
        }
        var next = new Snapshot(plugins, keys);
        var changed = next.Fingerprint != _snapshot.Fingerprint;
        _snapshot = changed ? next : _snapshot;
        return changed;
    }

    sealed record AgentPlugin(string[] Platforms, PluginAssignment Assignment);

    sealed class Snapshot(List<AgentPlugin> plugins, List<PublisherKey> keys)
    {
        readonly ConcurrentDictionary<(string Family, int Interval, bool Bare), AgentConfig> _configs = new();

        public string Fingerprint { get; } = string.Join('\n', plugins.Select(p =>
            $"{p.Assignment.Hash} {p.Assignment.Settings?.GetRawText()} {string.Join(',', p.Platforms)}").Concat(keys.Select(k => k.KeyId)));

        public AgentConfig Get(string family, int interval, bool bare) => _configs.GetOrAdd((family, interval, bare), Build);

        AgentConfig Build((string Family, int Interval, bool Bare) key)
        {
            var config = new AgentConfig
            {
                HeartbeatIntervalSeconds = key.Interval,
                Plugins = key.Bare ? [] : [.. plugins.Where(p => p.Platforms.Length == 0 || p.Platforms.Contains(key.Family)).Select(p => p.Assignment)],
                TrustedKeys = keys,
            };
            var json = JsonSerializer.SerializeToUtf8Bytes(config, ProtocolJson.Default.AgentConfig);
            return config with { ConfigVersion = Convert.ToHexStringLower(SHA256.HashData(json))[..16] };
        }
    }
}
