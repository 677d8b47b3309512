using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using static Breeze.Core.Devices.InventoryReader;

namespace Breeze.Core.Devices;

/// <summary>
/// Lists of one device, a page at a time. A pattern is one of ILIKE; the rows come after the key of the last one seen, in the order of the columns
/// that the key holds.
/// </summary>
public sealed class DeviceInventoryQueries(Database database)
{
    /// <summary>By name; the key is the name in lower case, name, version and source.</summary>
    public Task<List<SoftwareItem>> SoftwareAsync(AccessScope scope, Guid deviceId, string? pattern, string[]? after, int limit, CancellationToken cancellationToken) => ReadAsync(
        database, scope,
        """
        SELECT name, version, source, publisher, installed_at FROM device_software
        WHERE device_id = $1 AND ($2 IS NULL OR name ILIKE $2 OR publisher ILIKE $2 OR version ILIKE $2)
          AND ($3 IS NULL OR (lower(name), name, version, source) > (lower($3), $3, $4, $5))
        ORDER BY lower(name), name, version, source LIMIT $6
        """,
        r => new SoftwareItem(r.GetString(0), r.GetString(1), r.GetString(2), r.TextOrNull(3), r.TimeOrNull(4)),
        cancellationToken, Id(deviceId), Text(pattern), Text(after?[0]), Text(after?[1]), Text(after?[2]), Number(limit));

    /// <summary>By name; the key is the name.</summary>
    public Task<List<ServiceItem>> ServicesAsync(AccessScope scope, Guid deviceId, string? pattern, string[]? after, int limit, CancellationToken cancellationToken) => ReadAsync(
        database, scope,
        """
        SELECT name, display_name, state, start_mode FROM device_services
        WHERE device_id = $1 AND ($2 IS NULL OR name ILIKE $2 OR display_name ILIKE $2 OR state ILIKE $2 OR start_mode ILIKE $2)
          AND ($3 IS NULL OR (lower(name), name) > (lower($3), $3))
        ORDER BY lower(name), name LIMIT $4
        """,
        r => new ServiceItem(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3)),
        cancellationToken, Id(deviceId), Text(pattern), Text(after?[0]), Number(limit));

    /// <summary>Those that mend a weakness first, then by name; the key is <c>0</c> or <c>1</c>, name, available version and source.</summary>
    public Task<List<UpdateItem>> UpdatesAsync(AccessScope scope, Guid deviceId, string? pattern, string[]? after, int limit, CancellationToken cancellationToken) => ReadAsync(
        database, scope,
        """
        SELECT name, current_version, available_version, source, severity, is_security, needs_restart FROM device_updates
        WHERE device_id = $1 AND ($2 IS NULL OR name ILIKE $2 OR source ILIKE $2 OR severity ILIKE $2 OR available_version ILIKE $2)
          AND ($3 IS NULL OR (CASE WHEN is_security THEN '0' ELSE '1' END, name, available_version, source) > ($3, $4, $5, $6))
        ORDER BY CASE WHEN is_security THEN '0' ELSE '1' END, name, available_version, source LIMIT $7
        """,
        r => new UpdateItem(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetBoolean(5), r.GetBoolean(6)),
        cancellationToken, Id(deviceId), Text(pattern), Text(after?[0]), Text(after?[1]), Text(after?[2]), Text(after?[3]), Number(limit));

    /// <summary>By session; the key is the session.</summary>
    public Task<List<SessionItem>> SessionsAsync(AccessScope scope, Guid deviceId, string? pattern, string[]? after, int limit, CancellationToken cancellationToken) => ReadAsync(
        database, scope,
        """
        SELECT session, user_name, kind, state, since, remote_address FROM device_sessions
        WHERE device_id = $1 AND ($2 IS NULL OR user_name ILIKE $2 OR remote_address ILIKE $2) AND ($3 IS NULL OR session > $3)
        ORDER BY session LIMIT $4
        """,
        r => new SessionItem(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.TimeOrNull(4), r.TextOrNull(5)),
        cancellationToken, Id(deviceId), Text(pattern), Text(after?[0]), Number(limit));

    /// <summary>Newest first; the key is time and id of an entry.</summary>
    public Task<List<LogItem>> LogAsync(
        AccessScope scope, Guid deviceId, string? pattern, string? level, (DateTimeOffset At, Guid Id)? before, int limit, CancellationToken cancellationToken) => ReadAsync(
        database, scope,
        """
        SELECT id, at, source, level, event_code, message FROM device_log_entries
        WHERE device_id = $1 AND ($2 IS NULL OR message ILIKE $2 OR source ILIKE $2 OR event_code ILIKE $2) AND ($3 IS NULL OR level = $3)
          AND ($4 IS NULL OR (at, id) < ($4, $5))
        ORDER BY at DESC, id DESC LIMIT $6
        """,
        r => new LogItem(r.GetGuid(0), r.TimeAt(1), r.GetString(2), r.GetString(3), r.TextOrNull(4), r.GetString(5)),
        cancellationToken, Id(deviceId), Text(pattern), Text(level), Time(before?.At), Id(before?.Id), Number(limit));
}
