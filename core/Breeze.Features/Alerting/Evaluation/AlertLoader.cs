using Breeze.Core.Storage;
using Breeze.Features.Alerting.Inbox;
using Npgsql;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>Reads where alerts stand.</summary>
sealed class AlertLoader(Database database, TimeProvider time)
{
    public const int AtOnce = 500;

    /// <summary>As long as readings may be late.</summary>
    static readonly TimeSpan Oldest = TimeSpan.FromHours(74);

    static readonly TimeSpan LongestReopening = TimeSpan.FromHours(25);

    /// <summary>Fills in what the database has of devices: their alerts, and the newest reading before those that wait.</summary>
    public async Task LoadAsync(IReadOnlyList<DeviceState> states, RuleBook book, CancellationToken cancellationToken)
    {
        Dictionary<Guid, HashSet<long>> waiting = [];
        foreach (var state in states)
        {
            lock (state)
            {
                waiting[state.Device] = [.. (state.Waiting ?? []).Select(r => r.AtMs)];
            }
        }
        Dictionary<Guid, long> newest = [];
        Dictionary<Guid, int> oldestSoFar = [];
        HashSet<(Guid Device, long AtMs)> late = [];
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        var oldest = waiting.Values.SelectMany(w => w).Append(long.MaxValue).Min();
        await using (var command = new NpgsqlCommand(
            """
            SELECT u.device, m.at, m.age FROM unnest($1, $2) AS u (device, count)
            -- The age, in transactions, of what was stored earlier is greater.
            CROSS JOIN LATERAL (SELECT m.at, age(m.xmin) AS age FROM device_metrics m WHERE m.device_id = u.device AND m.at >= $3 ORDER BY m.at DESC LIMIT u.count) m ORDER BY m.at DESC
            """, connection))
        {
            command.Parameters.Add(new() { Value = waiting.Keys.ToArray() });
            command.Parameters.Add(new() { Value = waiting.Values.Select(w => (long)w.Count + 1).ToArray() });
            command.Parameters.Add(new() { Value = (oldest == long.MaxValue ? DateTimeOffset.UnixEpoch : DateTimeOffset.FromUnixTimeMilliseconds(oldest) - Oldest).UtcDateTime });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var (device, at) = (reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1).ToUnixTimeMilliseconds());
                // From the newest on: a reading that is stored after a newer one is late, also where the newer one has come again, which may never have been looked at.
                var age = reader.GetInt32(2);
                if (oldestSoFar.TryGetValue(device, out var older) && older > age)
                {
                    late.Add((device, at));
                }
                oldestSoFar[device] = Math.Max(older, age);
                if (!newest.ContainsKey(device) && !waiting[device].Contains(at))
                {
                    newest[device] = at;
                }
            }
        }
        var since = oldest == long.MaxValue ? time.GetUtcNow() : DateTimeOffset.FromUnixTimeMilliseconds(oldest);
        var alerts = await ReadAsync(connection, "a.device_id = ANY ($1)", waiting.Keys.ToArray(), since, cancellationToken);
        foreach (var state in states)
        {
            lock (state)
            {
                state.NewestMs = newest.GetValueOrDefault(state.Device);
                state.Waiting?.RemoveAll(r => late.Contains((state.Device, r.AtMs)));
                state.Alerts.Clear();
                state.Alerts.AddRange(alerts[state.Device].Select(a => a.Alert).Where(a => !IsOfTicks(a, book)));
            }
        }
    }

    /// <summary>The alerts of rules that are open, and those that may come back.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="condition">On <c>alerts a</c>, with one parameter.</param>
    /// <param name="argument">That.</param>
    /// <param name="from">The first moment that is going to be evaluated: what was resolved longer before it than any rule lets alerts come back is left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ILookup<Guid, (AlertState Alert, Guid Device)>> ReadAsync(NpgsqlConnection connection, string condition, object argument, DateTimeOffset from, CancellationToken cancellationToken)
    {
        Dictionary<(Guid, Guid, string), (AlertState Alert, Guid Device)> found = [];
        await using var command = new NpgsqlCommand(
            $"""
            SELECT a.rule_id, a.label, a.device_id, a.id, a.status, coalesce(a.rule_version, 0), a.timers, a.started_at, coalesce(a.evaluated_at, a.started_at), a.resolved_at FROM alerts a
            WHERE a.source = 'rule' AND a.status <> 'resolved' AND {condition}
            UNION ALL
            (SELECT DISTINCT ON (a.rule_id, a.device_id, a.label) a.rule_id, a.label, a.device_id, a.id, a.status, coalesce(a.rule_version, 0), a.timers, a.started_at, coalesce(a.evaluated_at, a.started_at),
                CASE WHEN a.resolution = 'recovered' THEN a.resolved_at END
             FROM alerts a JOIN alert_rules r ON r.id = a.rule_id
             WHERE a.source = 'rule' AND a.status = 'resolved' AND a.resolved_at >= $2 AND {condition} ORDER BY a.rule_id, a.device_id, a.label, a.resolved_at DESC)
            """, connection) { Parameters = { new() { Value = argument }, new() { Value = (from - LongestReopening).UtcDateTime } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (rule, label, device, id, status) = (reader.GetGuid(0), reader.GetString(1), reader.GetGuid(2), reader.GetGuid(3), reader.GetString(4));
            if (!found.TryGetValue((rule, device, label), out var entry))
            {
                found[(rule, device, label)] = entry = (new(rule, label), device);
            }
            var alert = entry.Alert;
            alert.EvaluatedAtMs = Math.Max(alert.EvaluatedAtMs, Milliseconds(reader, 8));
            if (status == AlertStatus.Resolved)
            {
                (alert.RecoveredId, alert.RecoveredAtMs) = (id, reader.IsDBNull(9) ? 0 : Milliseconds(reader, 9));
                continue;
            }
            (alert.AlertId, alert.Phase, alert.Version) = (id, status == AlertStatus.Pending ? AlertPhase.Pending : AlertPhase.Firing, reader.GetInt32(5));
            (alert.Timers, alert.StartedAtMs) = (reader.GetFieldValue<long[]>(6), Milliseconds(reader, 7));
        }
        return found.Values.ToLookup(a => a.Device);
    }

    /// <summary>Devices one of whose alerts a person has resolved since then.</summary>
    public async Task<List<Guid>> ResolvedByPeopleAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("SELECT DISTINCT device_id FROM alerts WHERE changed_at >= $1 AND resolution = 'person' AND device_id IS NOT NULL");
        command.Parameters.Add(new() { Value = since.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var devices = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            devices.Add(reader.GetGuid(0));
        }
        return devices;
    }

    static bool IsOfTicks(AlertState alert, RuleBook book) =>
        book.Partners.Values.Any(p => p.Find(alert.RuleId) is { IsOfReadings: false });

    static long Milliseconds(NpgsqlDataReader reader, int column) => reader.GetFieldValue<DateTimeOffset>(column).ToUnixTimeMilliseconds();
}
