using Breeze.Core.Queue;
using Breeze.Features.Alerting.Inbox;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Healing;

/// <summary>What the runner of rules' scripts reads and writes.</summary>
static class HealingQueries
{
    const long Lock = 0x42_7265_657a_6507;

    /// <summary>Whether there is anything to look at: mostly there is not, and the question is asked every two seconds.</summary>
    public static async Task<bool> AnyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM alert_actions WHERE state IN ('pending', 'queued'))", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Whether this node is the one that looks, until its transaction ends: so that what is counted is not counted twice.</summary>
    public static async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_xact_lock({Lock})", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Those whose turn it is: of each rule as many as may run beside those that do.</summary>
    public static async Task<List<HealingRow>> PendingAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT x.id, x.event_id, a.id, x.partner_id, d.organization_id, r.id, d.id, x.label, r.name, r.version, CASE WHEN r.enabled THEN r.action::text END, v.changed_by, coalesce(v.changed_by_name, ''),
                a.severity, a.title, a.status, a.value, a.started_at, a.suppressed_by IS NOT NULL, d.status, coalesce(d.display_name, d.hostname), o.status <> 'active' OR p.status <> 'active',
                (SELECT count(*) FROM alert_actions q WHERE q.rule_id = x.rule_id AND q.device_id = x.device_id AND q.label = x.label AND q.queued_at > $1 - interval '1 hour')
            FROM (SELECT *, row_number() OVER (PARTITION BY rule_id ORDER BY created_at, id) AS place FROM alert_actions WHERE state = 'pending') x
            JOIN alerts a ON a.id = x.alert_id
            JOIN alert_rules r ON r.id = x.rule_id
            JOIN devices d ON d.id = x.device_id
            JOIN organizations o ON o.id = d.organization_id
            JOIN partners p ON p.id = d.partner_id
            LEFT JOIN alert_rule_versions v ON v.rule_id = r.id AND v.version = r.version
            WHERE x.created_at > $2 AND x.place <= $3 - (SELECT count(*) FROM alert_actions q WHERE q.rule_id = x.rule_id AND q.state = 'queued')
            ORDER BY x.created_at, x.id LIMIT $4
            """, connection)
        {
            Parameters = { new() { Value = now }, new() { Value = now - HealingLimits.Waiting }, new() { Value = (long)HealingLimits.AtOnce }, new() { Value = HealingLimits.Batch } },
        };
        var rows = new List<HealingRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new HealingRow
            {
                Id = reader.GetGuid(0), EventId = reader.GetGuid(1), AlertId = reader.GetGuid(2), PartnerId = reader.GetGuid(3), OrganizationId = reader.GetGuid(4), RuleId = reader.GetGuid(5),
                DeviceId = reader.GetGuid(6), Label = reader.GetString(7), Rule = reader.GetString(8), RuleVersion = reader.GetInt32(9), Action = RuleAction.Parse(reader.IsDBNull(10) ? null : reader.GetString(10)),
                SavedBy = reader.IsDBNull(11) ? null : reader.GetGuid(11), SavedByName = reader.GetString(12), Severity = reader.GetString(13), Title = reader.GetString(14), AlertStatus = reader.GetString(15),
                Value = reader.IsDBNull(16) ? null : reader.GetDouble(16), StartedAt = reader.GetFieldValue<DateTimeOffset>(17), IsSuppressed = reader.GetBoolean(18), DeviceStatus = reader.GetString(19),
                Device = reader.GetString(20), IsClosed = reader.GetBoolean(21), Runs = (int)reader.GetInt64(22),
            });
        }
        return rows;
    }

    /// <summary>What waited too long for its turn.</summary>
    public static async Task<List<HealingEnd>> ExpiredAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, partner_id FROM alert_actions WHERE state = 'pending' AND created_at <= $1 ORDER BY created_at LIMIT $2", connection)
        {
            Parameters = { new() { Value = now - HealingLimits.Waiting }, new() { Value = HealingLimits.Batch } },
        };
        var ends = new List<HealingEnd>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ends.Add(HealingEnd.Skipped(reader.GetGuid(0), reader.GetGuid(1), $"It waited {HealingLimits.Waiting.TotalMinutes:0} minutes for its turn: {HealingLimits.AtOnce} scripts of a rule run at a time."));
        }
        return ends;
    }

    /// <summary>What has come back from devices.</summary>
    public static async Task<List<HealingEnd>> EndedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT x.id, x.partner_id, c.status, r.exit_code, right(r.stdout, 4000), right(r.stderr, 4000)
            FROM alert_actions x LEFT JOIN device_commands c ON c.id = x.command_id LEFT JOIN command_results r ON r.command_id = c.id
            WHERE x.state = 'queued' AND (c.id IS NULL OR c.finished_at IS NOT NULL) ORDER BY x.id LIMIT $1
            """, connection) { Parameters = { new() { Value = HealingLimits.Batch } } };
        var ends = new List<HealingEnd>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (status, exitCode) = (reader.IsDBNull(2) ? null : reader.GetString(2), reader.IsDBNull(3) ? (int?)null : reader.GetInt32(3));
            var output = reader.IsDBNull(4) ? "" : HealingNote.Tail(reader.GetString(4), reader.GetString(5));
            ends.Add(HealingEnd.Of(reader.GetGuid(0), reader.GetGuid(1), status, exitCode, output));
        }
        return ends;
    }

    /// <summary>Queues commands and says so on the timelines; answers those that were queued.</summary>
    public static async Task<HashSet<Guid>> QueueAsync(NpgsqlConnection connection, IReadOnlyList<HealingCommand> commands, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (commands.Count == 0)
        {
            return [];
        }
        await using var command = new NpgsqlCommand(
            $"""
            WITH given AS (SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) AS v (action_id, command_id, device_id, payload, timeout_seconds, version, text)),
            queued AS (
                INSERT INTO device_commands (id, partner_id, organization_id, device_id, type, payload, timeout_seconds, expires_at, queued_at)
                SELECT v.command_id, d.partner_id, d.organization_id, d.id, 'script', v.payload::jsonb, v.timeout_seconds, $9, $8
                FROM given v JOIN devices d ON d.id = v.device_id RETURNING id),
            begun AS (
                UPDATE alert_actions x SET state = 'queued', queued_at = $8, command_id = v.command_id, rule_version = v.version FROM given v JOIN queued q ON q.id = v.command_id
                WHERE x.id = v.action_id AND x.state = 'pending' RETURNING x.id, x.alert_id, x.event_id, x.partner_id, x.command_id, v.text),
            waiting AS (UPDATE alert_events e SET held_until = $9 FROM begun b WHERE e.id = b.event_id AND e.routed_at IS NULL),
            said AS (
                INSERT INTO alert_events (id, alert_id, partner_id, kind, at, text, detail, routed_at)
                SELECT breeze_uuid7(), alert_id, partner_id, '{AlertEventKinds.ScriptStarted}', $8, text, jsonb_build_object('command_id', command_id), $8 FROM begun)
            SELECT id FROM begun
            """, connection);
        void Add<T>(Func<HealingCommand, T> value, NpgsqlDbType type) => command.Parameters.Add(new() { Value = commands.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
        Add(c => c.Row.Id, NpgsqlDbType.Uuid);
        Add(c => c.CommandId, NpgsqlDbType.Uuid);
        Add(c => c.Row.DeviceId, NpgsqlDbType.Uuid);
        Add(c => c.Payload, NpgsqlDbType.Text);
        Add(c => c.Row.Action!.TimeoutSeconds, NpgsqlDbType.Integer);
        Add(c => c.Row.RuleVersion, NpgsqlDbType.Integer);
        Add(c => c.Text, NpgsqlDbType.Text);
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now + HealingLimits.Reaching });
        var queued = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            queued.Add(reader.GetGuid(0));
        }
        return queued;
    }

    /// <summary>Writes how runs ended, says so on the timelines, and lets people be told.</summary>
    public static async Task EndAsync(NpgsqlConnection connection, IReadOnlyList<HealingEnd> ends, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ends.Count == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand(
            $"""
            WITH ended AS (
                UPDATE alert_actions x SET state = v.state, exit_code = v.exit_code, reason = left(v.reason, 500), output = v.output, ended_at = $7
                FROM unnest($1, $2, $3, $4, $5, $6) AS v (id, state, exit_code, reason, output, has_run) WHERE x.id = v.id AND x.state IN ('pending', 'queued')
                RETURNING x.alert_id, x.event_id, x.partner_id, x.command_id, x.state, x.exit_code, x.reason, v.has_run),
            waiting AS (UPDATE alert_events e SET held_until = CASE WHEN d.has_run THEN $8 ELSE $7 END FROM ended d WHERE e.id = d.event_id AND e.routed_at IS NULL)
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at, text, detail, routed_at)
            SELECT breeze_uuid7(), alert_id, partner_id, CASE WHEN state = 'skipped' THEN '{AlertEventKinds.ScriptSkipped}' ELSE '{AlertEventKinds.ScriptEnded}' END, $7,
                CASE WHEN reason <> '' THEN reason ELSE 'Exit code ' || exit_code || '.' END,
                jsonb_strip_nulls(jsonb_build_object('command_id', command_id, 'exit_code', exit_code)), $7 FROM ended
            """, connection);
        void Add<T>(Func<HealingEnd, T> value, NpgsqlDbType type) => command.Parameters.Add(new() { Value = ends.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
        Add(e => e.Id, NpgsqlDbType.Uuid);
        Add(e => e.State, NpgsqlDbType.Text);
        Add(e => e.ExitCode, NpgsqlDbType.Integer);
        Add(e => e.Reason, NpgsqlDbType.Text);
        Add(e => e.Output, NpgsqlDbType.Text);
        Add(e => e.HasRun, NpgsqlDbType.Boolean);
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now + HealingLimits.Settling });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>People wait for what has begun on a device as long as it may take.</summary>
    public static async Task WaitAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            UPDATE alert_events e SET held_until = c.started_at + make_interval(secs => c.timeout_seconds) + $1
            FROM alert_actions x JOIN device_commands c ON c.id = x.command_id AND c.status = '{CommandStatus.Running}' AND c.started_at IS NOT NULL
            WHERE x.state = 'queued' AND x.is_before AND e.id = x.event_id AND e.routed_at IS NULL
                AND e.held_until IS DISTINCT FROM c.started_at + make_interval(secs => c.timeout_seconds) + $1
            """, connection) { Parameters = { new() { Value = HealingLimits.Reporting } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
