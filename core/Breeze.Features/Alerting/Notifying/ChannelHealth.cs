using System.Text;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Npgsql;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>Whether channels work, and the alert that says when one does not.</summary>
static class ChannelHealth
{
    /// <summary>What the fingerprint of such an alert begins with; the channel's id follows.</summary>
    public const string Fingerprint = "channel:";

    /// <summary>The first delivery after a failure ends it.</summary>
    public static async Task DeliveredAsync(Database database, EventBus bus, Guid channelId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            """
            WITH before AS (SELECT id, failing_since FROM notification_channels WHERE id = $1)
            UPDATE notification_channels c SET last_delivered_at = $2, failing_since = NULL, last_error = NULL FROM before
            WHERE c.id = before.id AND (c.failing_since IS NOT NULL OR c.last_error IS NOT NULL OR c.last_delivered_at IS NULL OR c.last_delivered_at < $2 - interval '1 second')
            RETURNING before.failing_since IS NOT NULL
            """);
        command.Parameters.Add(new() { Value = channelId });
        command.Parameters.Add(new() { Value = now });
        if (await command.ExecuteScalarAsync(cancellationToken) is true)
        {
            await ResolveAsync(database, bus, channelId, now, cancellationToken);
        }
    }

    /// <summary>Notes a failure. One that no retry mends, or that lasts, is an alert.</summary>
    public static async Task FailedAsync(Database database, EventBus bus, Guid channelId, string error, bool isFinal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            """
            WITH channel AS (
                UPDATE notification_channels SET failing_since = coalesce(failing_since, $2), last_error = left($3, 2000) WHERE id = $1
                RETURNING id, partner_id, organization_id, name, failing_since),
            raised AS (
                INSERT INTO alerts (id, partner_id, organization_id, source, fingerprint, severity, status, title, message, started_at, fired_at, changed_at)
                SELECT breeze_uuid7(), partner_id, organization_id, 'breeze', $6 || id, 'error', 'firing', 'The notification channel “' || name || '” does not deliver',
                    left('What is told on it waits and is tried again for a day. The last error: ' || $3, 20000), failing_since, $2, $2
                FROM channel WHERE $4 OR failing_since <= $2 - $5
                ON CONFLICT (partner_id, source, fingerprint) WHERE status <> 'resolved' AND fingerprint IS NOT NULL DO NOTHING
                RETURNING id, partner_id, organization_id, severity),
            told AS (INSERT INTO outbox_events (id, partner_id, organization_id, type, payload, created_at)
                SELECT breeze_uuid7(), partner_id, organization_id, 'alert.raised', jsonb_build_object('alert_id', id, 'rule_id', NULL, 'severity', severity), $2 FROM raised)
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at) SELECT breeze_uuid7(), id, partner_id, 'firing', $2 FROM raised RETURNING partner_id
            """);
        command.Parameters.Add(new() { Value = channelId });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = error });
        command.Parameters.Add(new() { Value = isFinal });
        command.Parameters.Add(new() { Value = NotificationLimits.FailingAfter });
        command.Parameters.Add(new() { Value = Fingerprint });
        await SayAsync(command, bus, cancellationToken);
    }

    public static async Task ResolveAsync(Database database, EventBus bus, Guid channelId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            """
            WITH resolved AS (
                UPDATE alerts SET status = 'resolved', resolved_at = $2, changed_at = $2, resolution = 'recovered'
                WHERE source = 'breeze' AND fingerprint = $3 || $1::text AND status <> 'resolved' RETURNING id, partner_id, organization_id, severity),
            told AS (INSERT INTO outbox_events (id, partner_id, organization_id, type, payload, created_at)
                SELECT breeze_uuid7(), partner_id, organization_id, 'alert.resolved', jsonb_build_object('alert_id', id, 'rule_id', NULL, 'severity', severity), $2 FROM resolved)
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at) SELECT breeze_uuid7(), id, partner_id, 'resolved', $2 FROM resolved RETURNING partner_id
            """);
        command.Parameters.Add(new() { Value = channelId });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = Fingerprint });
        await SayAsync(command, bus, cancellationToken);
    }

    static async Task SayAsync(NpgsqlCommand command, EventBus bus, CancellationToken cancellationToken)
    {
        if (await command.ExecuteScalarAsync(cancellationToken) is Guid partner)
        {
            bus.Publish(AlertTopics.Events, []);
            bus.Publish(AlertTopics.Partner(partner), Encoding.UTF8.GetBytes("""{"type":"alerts"}"""));
        }
    }
}
