using System.Collections.Concurrent;
using Breeze.Core.Storage;
using Npgsql;

namespace Breeze.Core.Transport;

/// <summary>
/// All agents of the install by token, in memory: a wrong token is refused and a right one is known without a query. Other nodes' changes
/// arrive by <see cref="RefreshAsync"/>, which the event bus triggers at once and a timer in any case.
/// </summary>
public sealed class AgentDirectory(Database database, TimeSpan tokenLifetime)
{
    const string Selection =
        """
        SELECT d.id, d.partner_id, d.organization_id, d.site_id, d.os_family, d.arch, d.agent_version, d.status, d.heartbeat_interval_seconds,
               t.token_hash, t.revoked_at IS NOT NULL, p.status = 'closed' OR o.status = 'closed',
               greatest(d.updated_at, t.created_at, t.revoked_at, p.updated_at, o.updated_at), pr.last_seen_at,
               d.approval = 'waiting', t.created_at, t.confirmed_at IS NOT NULL, t.rotate
        FROM devices d JOIN agent_tokens t ON t.device_id = d.id
        JOIN partners p ON p.id = d.partner_id JOIN organizations o ON o.id = d.organization_id
        LEFT JOIN device_presence pr ON pr.device_id = d.id
        """;

    // Not "all or these" in one statement: its plan tried the list of what changed anew for each of 100,000 devices, which took minutes.
    const string Changed =
        $"""
        {Selection}
        WHERE d.id IN (
            SELECT id FROM devices WHERE updated_at > $1
            UNION ALL SELECT device_id FROM agent_tokens WHERE created_at > $1
            UNION ALL SELECT device_id FROM agent_tokens WHERE revoked_at > $1
            UNION ALL SELECT id FROM devices WHERE partner_id IN (SELECT id FROM partners WHERE updated_at > $1)
            UNION ALL SELECT id FROM devices WHERE organization_id IN (SELECT id FROM organizations WHERE updated_at > $1))
        """;

    // Covers transactions that commit late.
    static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    // When nothing changes any more, what changed last is not read for ever.
    static readonly TimeSpan LongestOverlap = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<TokenHash, AgentEntry> _byToken = new();
    readonly ConcurrentDictionary<Guid, AgentEntry> _byDevice = new();
    readonly ConcurrentDictionary<Guid, bool> _removed = new();
    // Tokens that have ended, with the moment at which that was read: an older view that a refresh still has on its way must not bring one back.
    readonly ConcurrentDictionary<TokenHash, long> _ended = new();
    readonly SemaphoreSlim _refreshing = new(1);
    DateTimeOffset _watermark = DateTimeOffset.MinValue;

    public int Count => _byDevice.Count;

    public ICollection<AgentEntry> Entries => _byDevice.Values;

    public AgentEntry? FindByToken(ReadOnlySpan<byte> token, out TokenHash hash)
    {
        hash = TokenHash.Of(token);
        return _byToken.GetValueOrDefault(hash);
    }

    public AgentEntry? FindByToken(TokenHash hash) => _byToken.GetValueOrDefault(hash);

    public AgentEntry? Find(Guid deviceId) => _byDevice.GetValueOrDefault(deviceId);

    /// <summary>Refuses a device's tokens from now on. Its id never comes back, whatever a refresh that is under way has read of it.</summary>
    public void Forget(Guid deviceId)
    {
        _removed[deviceId] = true;
        _byDevice.TryRemove(deviceId, out _);
        foreach (var (hash, entry) in _byToken)
        {
            if (entry.DeviceId == deviceId)
            {
                _byToken.TryRemove(hash, out _);
            }
        }
    }

    /// <summary>The same for all devices of an organization that has closed; answers which they are.</summary>
    public IReadOnlyCollection<Guid> ForgetOrganization(Guid organizationId)
    {
        var gone = _byDevice.Values.Where(e => e.OrganizationId == organizationId).Select(e => e.DeviceId).ToHashSet();
        foreach (var id in gone)
        {
            _removed[id] = true;
            _byDevice.TryRemove(id, out _);
        }
        foreach (var (hash, entry) in _byToken)
        {
            if (gone.Contains(entry.DeviceId))
            {
                _byToken.TryRemove(hash, out _);
            }
        }
        return gone;
    }

    /// <summary>Takes over what changed since the last call; everything the first time.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            await using var clock = database.System.CreateCommand("SELECT now()");
            var settled = new DateTimeOffset((DateTime)(await clock.ExecuteScalarAsync(cancellationToken))!) - LongestOverlap;
            await using var command = database.System.CreateCommand(_watermark == DateTimeOffset.MinValue ? Selection : Changed);
            if (_watermark > DateTimeOffset.MinValue)
            {
                command.Parameters.Add(new() { Value = _watermark - Overlap });
            }
            var newest = await TakeAllAsync(command, cancellationToken);
            newest = newest > settled ? newest : settled;
            _watermark = newest > _watermark ? newest : _watermark;
            ForgetEnded();
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Takes over one device as it is now, which is quicker than all that changed.</summary>
    public async Task RefreshAsync(Guid deviceId, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand($"{Selection} WHERE d.id = $1");
        command.Parameters.Add(new() { Value = deviceId });
        await TakeAllAsync(command, cancellationToken);
    }

    void ForgetEnded()
    {
        var past = Environment.TickCount64 - (long)LongestOverlap.TotalMilliseconds;
        foreach (var (hash, at) in _ended)
        {
            if (at < past)
            {
                _ended.TryRemove(hash, out _);
            }
        }
    }

    async Task<DateTimeOffset> TakeAllAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var newest = DateTimeOffset.MinValue;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            Take(reader);
            var changed = await reader.GetFieldValueAsync<DateTimeOffset>(12, cancellationToken);
            newest = changed > newest ? changed : newest;
        }
        return newest;
    }

    void TakeToken(AgentEntry entry, TokenHash hash, DateTimeOffset created, bool confirmed, bool rotate)
    {
        if (!confirmed)
        {
            entry.PendingToken = hash;
            return;
        }
        if (entry.PendingToken == hash)
        {
            entry.PendingToken = null;
        }
        var due = rotate ? 0 : (created + tokenLifetime).ToUnixTimeMilliseconds();
        // The newest token decides; its elder may still be in its grace.
        if (created >= entry.TokenCreatedAt)
        {
            entry.TokenCreatedAt = created;
            entry.RotationDueMs = due;
        }
    }

    void Take(NpgsqlDataReader reader)
    {
        var id = reader.GetGuid(0);
        var hash = TokenHash.FromBytes(reader.GetFieldValue<byte[]>(9));
        if (reader.GetBoolean(10))
        {
            _ended[hash] = Environment.TickCount64;
        }
        if (reader.GetBoolean(10) || reader.GetBoolean(11) || _removed.ContainsKey(id))
        {
            if (_byToken.TryRemove(hash, out var former) && former.PendingToken == hash)
            {
                former.PendingToken = null;
            }
            return;
        }
        var entry = _byDevice.GetOrAdd(id, static (key, r) => new AgentEntry(key, r.GetGuid(1), r.GetGuid(2), r.GetGuid(3)), reader);
        if (reader.GetGuid(2) is var organization && reader.GetGuid(3) is var site && (entry.OrganizationId != organization || entry.SiteId != site))
        {
            entry.Place = new(organization, site);
        }
        entry.OsFamily = reader.GetString(4);
        entry.Arch = reader.GetString(5);
        entry.AgentVersion = reader.GetString(6);
        entry.Status = reader.GetString(7);
        entry.IsWaiting = reader.GetBoolean(14);
        TakeToken(entry, hash, reader.GetFieldValue<DateTimeOffset>(15), confirmed: reader.GetBoolean(16), rotate: reader.GetBoolean(17));
        entry.HeartbeatIntervalSeconds = reader.IsDBNull(8) ? null : reader.GetInt32(8);
        if (entry.LastSeenMs == 0 && !reader.IsDBNull(13))
        {
            entry.LastSeenMs = reader.GetFieldValue<DateTimeOffset>(13).ToUnixTimeMilliseconds();
        }
        _byToken[hash] = entry;
        if (_ended.ContainsKey(hash))
        {
            _byToken.TryRemove(hash, out _);
        }
        if (_removed.ContainsKey(id))
        {
            Forget(id);
        }
    }
}
