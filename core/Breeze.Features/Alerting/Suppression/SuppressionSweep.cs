using Breeze.Core.Distribution;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>
/// Follows what begins and ends without an event of an alert: windows, outages in front of devices, alerts that are calm again. What was kept back and still fires is told then.
/// One node at a time.
/// </summary>
public sealed partial class SuppressionSweep(
    Database database, MaintenancePlanner planner, EventBus bus, TimeProvider time, ILogger<SuppressionSweep> logger, AgentConfigurations? configurations = null) : BackgroundService
{
    const long Lock = 0x42_7265_657a_6502;
    const int UsualInterval = 60;
    const int AtOnce = 20_000;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => HintedLoop.RunAsync(
        bus, AlertTopics.Suppression, async token =>
        {
            await RunAsync(token);
            return Pause;
        }, e =>
        {
            LogFailed(logger, e.Message);
            return Pause;
        }, stoppingToken);

    /// <summary>One look at everything.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var take = new NpgsqlCommand($"SELECT pg_try_advisory_xact_lock({Lock})", connection))
        {
            if (await take.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return;
            }
        }
        await planner.RunAsync(now, cancellationToken);
        var partners = await FollowAsync(connection, now, cancellationToken);
        partners.UnionWith(await CalmAsync(connection, now, cancellationToken));
        await CloseAsync(connection, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (partners.Count > 0)
        {
            bus.Publish(AlertTopics.Events, []);
        }
        foreach (var partner in partners)
        {
            bus.Publish(AlertTopics.Partner(partner), "{\"type\":\"alerts\"}"u8);
        }
    }

    /// <summary>Maintenance and dependencies of what is open.</summary>
    async Task<HashSet<Guid>> FollowAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = new List<OpenAlert>();
        await using (var command = new NpgsqlCommand(
            """
            SELECT a.id, a.partner_id, a.device_id, a.status, a.suppressed_by, a.suppressed_cause, a.suppressed_until, a.hushed, a.suppressed_text
            FROM alerts a WHERE a.status IN ('firing', 'acknowledged') AND a.device_id IS NOT NULL
                AND (a.suppressed_by IN ('maintenance', 'dependency') OR (a.suppressed_by IS NULL AND NOT EXISTS (SELECT 1 FROM alert_events e WHERE e.alert_id = a.id AND e.routed_at IS NULL)))
            ORDER BY a.suppressed_by IS NULL, a.id LIMIT $1
            """, connection) { Parameters = { new() { Value = AtOnce } } })
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                open.Add(new(
                    reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3) == "firing", reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetGuid(5),
                    reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6), reader.GetBoolean(7), reader.GetString(8)));
            }
        }
        var causes = await SuppressionCauses.ReadAsync(connection, [.. open.Select(a => a.Device).Distinct()], now, Interval, cancellationToken);
        var changes = new List<(OpenAlert Alert, string Event, SuppressionCause? Cause, bool IsTold)>();
        var lasting = new List<(Guid Id, DateTimeOffset? Until)>();
        foreach (var alert in open)
        {
            if (causes.TryGetValue(alert.Device, out var cause))
            {
                if ((alert.By, alert.Cause, alert.Text) != (cause.By, cause.Id, cause.Text))
                {
                    changes.Add((alert, (alert.By, alert.Cause) == (cause.By, cause.Id) ? "" : "suppressed", cause, false));
                }
                else if (alert.Until is not null)
                {
                    lasting.Add((alert.Id, null));
                }
            }
            else if (alert.By == SuppressedBy.Dependency && alert.Until is null)
            {
                // What is behind it has not checked in yet either.
                lasting.Add((alert.Id, now + Settling));
            }
            else if (alert.By is not null && (alert.By == SuppressedBy.Maintenance || alert.Until <= now))
            {
                changes.Add((alert, "unsuppressed", null, alert.IsHushed && alert.IsFiring));
            }
        }
        await LastAsync(connection, lasting, cancellationToken);
        await WriteAsync(connection, changes, now, cancellationToken);
        return [.. changes.Select(c => c.Alert.Partner)];
    }

    static async Task LastAsync(NpgsqlConnection connection, List<(Guid Id, DateTimeOffset? Until)> alerts, CancellationToken cancellationToken)
    {
        if (alerts.Count == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand("UPDATE alerts a SET suppressed_until = u.until FROM unnest($1, $2) AS u (id, until) WHERE a.id = u.id", connection)
        {
            Parameters = { new() { Value = alerts.Select(a => a.Id).ToArray() }, new() { Value = alerts.Select(a => a.Until?.UtcDateTime).ToArray() } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task WriteAsync(NpgsqlConnection connection, List<(OpenAlert Alert, string Event, SuppressionCause? Cause, bool IsTold)> changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand(
            """
            WITH changes AS (SELECT * FROM unnest($1, $2, $3, $4, $5, $6) AS u (id, kind, suppressed_by, cause, text, is_told)),
            held AS (SELECT a.id FROM alerts a JOIN changes u ON u.id = a.id WHERE a.status IN ('firing', 'acknowledged') ORDER BY a.id FOR NO KEY UPDATE OF a),
            changed AS (
                UPDATE alerts a SET suppressed_by = u.suppressed_by, suppressed_cause = u.cause, suppressed_text = left(u.text, 1000), suppressed_until = NULL, changed_at = $7
                FROM changes u JOIN held ON held.id = u.id WHERE a.id = u.id RETURNING a.id, a.partner_id, u.kind, u.suppressed_by, u.cause, u.text, u.is_told)
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at, text, detail, routed_at)
            SELECT breeze_uuid7(), id, partner_id, kind, $7, text, jsonb_build_object('by', suppressed_by, 'cause', cause), CASE WHEN is_told THEN NULL ELSE $7 END FROM changed WHERE kind <> ''
            """, connection)
        {
            Parameters =
            {
                new() { Value = changes.Select(c => c.Alert.Id).ToArray() }, new() { Value = changes.Select(c => c.Event).ToArray() }, new() { Value = changes.Select(c => c.Cause?.By).ToArray() },
                new() { Value = changes.Select(c => c.Cause?.Id).ToArray() }, new() { Value = changes.Select(c => c.Cause?.Text ?? "").ToArray() }, new() { Value = changes.Select(c => c.IsTold).ToArray() },
                new() { Value = now },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What came and went and has been calm: it is told as what it is by now, when people think otherwise.</summary>
    static async Task<List<Guid>> CalmAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH calm AS (
                SELECT a.id, a.hushed, a.status FROM alerts a WHERE a.suppressed_by = 'flapping' AND NOT EXISTS (
                    SELECT 1 FROM alert_events e JOIN alerts s ON s.id = e.alert_id
                    WHERE s.device_id = a.device_id AND s.rule_id = a.rule_id AND s.label = a.label AND (s.status <> 'resolved' OR s.resolved_at > $1) AND e.at > $1 AND e.kind IN ('firing', 'reopened', 'resolved'))
                ORDER BY a.id LIMIT 10000 FOR NO KEY UPDATE OF a),
            changed AS (UPDATE alerts a SET suppressed_by = NULL, suppressed_text = '', suppressed_cause = NULL, changed_at = $2 FROM calm WHERE a.id = calm.id RETURNING a.id, a.partner_id, a.status, calm.hushed)
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at, text, routed_at)
            SELECT breeze_uuid7(), id, partner_id, 'unsuppressed', $2, 'It has been calm for half an hour.', CASE WHEN status = 'firing' OR (status = 'resolved' AND NOT hushed) THEN NULL ELSE $2 END FROM changed
            RETURNING partner_id
            """, connection) { Parameters = { new() { Value = now - SuppressionLimits.FlapTime }, new() { Value = now } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var partners = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            partners.Add(reader.GetGuid(0));
        }
        return partners;
    }

    /// <summary>Incidents whose alerts went without an end of their own, with their rule or devices, have nothing to tell.</summary>
    static async Task CloseAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE incidents i SET status = 'resolved', resolved_at = $1, changed_at = $1 WHERE i.status = 'open' AND i.changed_at < $1 - interval '5 minutes'
                AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.incident_id = i.id AND (a.status IN ('firing', 'acknowledged') OR a.resolved_at > $1 - interval '5 minutes'))
            """, connection) { Parameters = { new() { Value = now } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    int Interval => configurations?.DefaultIntervalSeconds ?? UsualInterval;

    /// <summary>In that time whoever is well has checked in.</summary>
    TimeSpan Settling => TimeSpan.FromSeconds((Interval * 1.25) + 30);

    sealed record OpenAlert(Guid Id, Guid Partner, Guid Device, bool IsFiring, string? By, Guid? Cause, DateTimeOffset? Until, bool IsHushed, string Text);

    [LoggerMessage(LogLevel.Warning, "What suppresses alerts could not be looked at and will be in 10 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
