using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Alertmanager;

/// <summary>
/// Takes a Prometheus Alertmanager's alerts into the inbox. One stands for a fingerprint within an organization: a message that comes again changes
/// nothing, so that the sender may repeat it as often as it likes.
/// </summary>
public sealed class AlertmanagerIntake(Database database, EventBus bus, IAuditLog audit, TimeProvider time)
{
    public const int MostAtOnce = 1000;

    const string Write =
        """
        WITH given AS (SELECT * FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::uuid[], $10::uuid[])
            AS t(fingerprint, severity, title, message, started_at, organization_id, device_id)),
        before AS (SELECT a.id, a.severity FROM alerts a JOIN given USING (fingerprint) WHERE a.partner_id = $1 AND a.source = 'alertmanager' AND a.status <> 'resolved'),
        stored AS (
            INSERT INTO alerts (id, partner_id, organization_id, device_id, source, fingerprint, severity, status, title, message, started_at, fired_at, changed_at)
            SELECT breeze_uuid7(), $1, organization_id, device_id, 'alertmanager', fingerprint, severity, 'firing', title, message, started_at, $2, $2 FROM given
            ON CONFLICT (partner_id, source, fingerprint) WHERE status <> 'resolved' AND fingerprint IS NOT NULL
            DO UPDATE SET severity = EXCLUDED.severity, title = EXCLUDED.title, message = EXCLUDED.message, changed_at = $2
                WHERE (alerts.severity, alerts.title, alerts.message) IS DISTINCT FROM (EXCLUDED.severity, EXCLUDED.title, EXCLUDED.message)
            RETURNING id, organization_id, severity, started_at),
        raised AS (SELECT * FROM stored WHERE id NOT IN (SELECT id FROM before)),
        graver AS (SELECT s.id, b.severity AS was, s.severity FROM stored s JOIN before b USING (id) WHERE s.severity <> b.severity),
        resolved AS (
            UPDATE alerts SET status = 'resolved', resolved_at = $2, changed_at = $2, resolution = 'source'
            WHERE partner_id = $1 AND source = 'alertmanager' AND fingerprint = ANY ($3) AND status <> 'resolved' RETURNING id, organization_id, severity),
        published AS (INSERT INTO outbox_events (id, partner_id, organization_id, type, payload, created_at)
            SELECT breeze_uuid7(), $1, organization_id, type, jsonb_build_object('alert_id', id, 'rule_id', NULL, 'severity', severity), $2
            FROM (SELECT id, organization_id, severity, 'alert.raised' AS type FROM raised UNION ALL SELECT id, organization_id, severity, 'alert.resolved' FROM resolved) e),
        told AS (INSERT INTO alert_events (id, alert_id, partner_id, kind, at, detail, routed_at)
            SELECT breeze_uuid7(), id, $1, 'firing', $2, '{}'::jsonb, NULL::timestamptz FROM raised
            UNION ALL SELECT breeze_uuid7(), id, $1, 'resolved', $2, '{}'::jsonb, NULL FROM resolved
            UNION ALL SELECT breeze_uuid7(), id, $1, 'severity', $2, jsonb_build_object('from', was, 'to', severity), $2 FROM graver)
        SELECT (SELECT count(*) FROM raised)::int, (SELECT count(*) FROM stored WHERE id IN (SELECT id FROM before))::int, (SELECT count(*) FROM resolved)::int
        """;

    /// <param name="organizationId">Whose alerts they are; null for those of the partner as a whole, and each still belongs to its device's organization if one is found.</param>
    public async Task<Outcome<AlertmanagerOutcome>> TakeAsync(AccessScope scope, Guid? organizationId, AlertmanagerMessage message, CancellationToken cancellationToken)
    {
        if (await CheckAsync(scope, organizationId, message, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var now = time.GetUtcNow();
        var read = message.Alerts!.Select(a => a is null ? null : ForeignAlert.Of(a, now)).ToList();
        if (read.FindIndex(a => a is null) is >= 0 and var strange)
        {
            return Refusal.Invalid("alertmanager_invalid", $"alerts[{strange}] has a status that is neither firing nor resolved.");
        }
        // The last word on each counts.
        var alerts = read.Select(a => a!).GroupBy(a => a.Fingerprint).Select(g => g.Last()).ToList();
        var devices = await FindDevicesAsync(scope, organizationId, [.. alerts.Where(a => a.IsFiring).Select(a => a.Host).OfType<string>().Distinct()], cancellationToken);
        var outcome = await StoreAsync(scope.PartnerId!.Value, organizationId, alerts, devices, now, cancellationToken);
        if (outcome.Raised + outcome.Changed + outcome.Resolved > 0)
        {
            await audit.WriteAsync(scope, new AuditRecord("alertmanager.received", "alert")
            {
                OrganizationId = organizationId, Detail = JsonSerializer.Serialize(new { raised = outcome.Raised, changed = outcome.Changed, resolved = outcome.Resolved }),
            }, cancellationToken);
            bus.Publish(AlertTopics.Events, []);
            bus.Publish(AlertTopics.Partner(scope.PartnerId.Value), """{"type":"alerts"}"""u8);
        }
        return outcome;
    }

    async Task<Refusal?> CheckAsync(AccessScope scope, Guid? organizationId, AlertmanagerMessage message, CancellationToken cancellationToken)
    {
        if (scope.PartnerId is null || !scope.Can(Permissions.AlertsWrite))
        {
            return Refusal.Forbidden("forbidden", $"This takes the permission {Permissions.AlertsWrite}.");
        }
        if (scope.SiteIds is not null)
        {
            return Refusal.Forbidden("reach_too_narrow", "Alerts of an Alertmanager belong to an organization: use a key that reaches the whole of it, not single sites.");
        }
        if (organizationId is null && scope.OrganizationIds is not null)
        {
            return Refusal.Invalid("organization_missing", "This key reaches single organizations: say whose alerts these are, with ?organization_id= in the webhook's URL.");
        }
        if (message.Alerts is not { Length: > 0 and <= MostAtOnce })
        {
            return Refusal.Invalid("alertmanager_invalid", $"This is no message of an Alertmanager's webhook (version 4): it has “alerts”, from 1 to {MostAtOnce}. Set max_alerts there if it sends more.");
        }
        if (organizationId is { } id)
        {
            await using var connection = await database.OpenAsync(scope, cancellationToken);
            await using var find = new NpgsqlCommand("SELECT 1 FROM organizations WHERE id = $1 AND status <> 'closed'", connection) { Parameters = { new() { Value = id } } };
            if (await find.ExecuteScalarAsync(cancellationToken) is null)
            {
                return Refusal.NotFound("organization");
            }
        }
        return null;
    }

    /// <summary>The devices that are named by their host name or its first part, where that is one device and no other.</summary>
    async Task<Dictionary<string, (Guid Device, Guid Organization)>> FindDevicesAsync(AccessScope scope, Guid? organizationId, string[] hosts, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, (Guid, Guid)>();
        if (hosts.Length == 0)
        {
            return found;
        }
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT h.host, min(d.id::text)::uuid, min(d.organization_id::text)::uuid FROM unnest($1) AS h(host)
            JOIN devices d ON d.partner_id = $2 AND d.hostname_key IN (h.host, split_part(h.host, '.', 1)) AND ($3 IS NULL OR d.organization_id = $3)
            GROUP BY h.host HAVING count(*) = 1
            """, connection)
        {
            Parameters = { new() { Value = hosts }, new() { Value = scope.PartnerId!.Value }, Nullable(organizationId) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found[reader.GetString(0)] = (reader.GetGuid(1), reader.GetGuid(2));
        }
        return found;
    }

    async Task<AlertmanagerOutcome> StoreAsync(
        Guid partnerId, Guid? organizationId, List<ForeignAlert> alerts, Dictionary<string, (Guid Device, Guid Organization)> devices, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Two customers' installations may well give the same labels.
        string Print(ForeignAlert a) => $"{organizationId?.ToString() ?? "-"}:{a.Fingerprint}";
        var firing = alerts.FindAll(a => a.IsFiring);
        var places = firing.ConvertAll(a => a.Host is { } host && devices.TryGetValue(host, out var place) ? place : ((Guid Device, Guid Organization)?)null);
        await using var command = database.System.CreateCommand(Write);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = partnerId }, new() { Value = now }, new() { Value = alerts.Where(a => !a.IsFiring).Select(Print).ToArray() },
            new() { Value = firing.Select(Print).ToArray() }, new() { Value = firing.Select(a => a.Severity).ToArray() }, new() { Value = firing.Select(a => a.Title).ToArray() },
            new() { Value = firing.Select(a => a.Message).ToArray() }, new() { Value = firing.Select(a => a.StartedAt).ToArray() },
            new() { Value = places.Select(p => p?.Organization ?? organizationId).ToArray() }, new() { Value = places.Select(p => p?.Device).ToArray() },
        });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (raised, changed, resolved) = (reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2));
        return new(raised, changed, resolved, alerts.Count - raised - changed - resolved);
    }

    static NpgsqlParameter Nullable(Guid? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };
}
