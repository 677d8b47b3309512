using System.Text;
using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>
/// Links in messages that acknowledge what the message is about, once, within a week: an alert, or an incident as far as the message told of it. Who has the message needs no
/// account.
/// </summary>
public sealed class AcknowledgeLinks(Database database, EventBus bus, IAuditLog audit, TimeProvider time)
{
    const string Actor = "Link in a message";
    const int LongestToken = 100;

    /// <summary>
    /// What a link is about, from the notification that it stands in. Who was told of a whole incident acknowledges the whole, an organization its part of it, and a person
    /// that a policy called as far as they reach.
    /// </summary>
    const string About =
        """
        about AS (
            SELECT l.alert_id, left(n.body ->> 'title', 1000) AS title, (n.body ->> 'incident')::uuid AS incident_id,
                CASE WHEN x.id IS NULL THEN n.organization_id
                    WHEN n.user_id IS NULL OR (EXISTS (SELECT 1 FROM partner_users m WHERE m.user_id = n.user_id AND m.partner_id = n.partner_id AND m.organization_access = 'all')
                        AND NOT EXISTS (SELECT 1 FROM access_denials d WHERE d.user_id = n.user_id)) THEN p.organization_id
                    ELSE n.organization_id END AS organization_id
            FROM link l LEFT JOIN notifications n ON n.id = l.notification_id LEFT JOIN alert_escalations x ON x.id = n.escalation_id LEFT JOIN escalation_policies p ON p.id = x.policy_id),
        parts AS (
            SELECT a.id, a.status FROM about b JOIN alerts a ON a.id = b.alert_id
            UNION SELECT a.id, a.status FROM about b JOIN alerts a ON a.incident_id = b.incident_id AND (b.organization_id IS NULL OR a.organization_id = b.organization_id))
        """;

    /// <summary>What a link is about; null when it is used, too old or none of ours, which nobody is told apart.</summary>
    public async Task<LinkedAlert?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > LongestToken)
        {
            return null;
        }
        await using var select = database.System.CreateCommand(
            $"""
            WITH link AS (SELECT * FROM alert_links WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2), {About}
            SELECT a.id, coalesce(b.title, a.title), a.severity, CASE WHEN EXISTS (SELECT 1 FROM parts WHERE status = 'firing') THEN 'firing' ELSE a.status END FROM about b JOIN alerts a ON a.id = b.alert_id
            """);
        select.Parameters.Add(new() { Value = SecretToken.Hash(token) });
        select.Parameters.Add(new() { Value = time.GetUtcNow() });
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)) : null;
    }

    /// <summary>Acts, once. Answers the alert as it is then; null as above.</summary>
    public async Task<LinkedAlert?> UseAsync(string token, string address, CancellationToken cancellationToken)
    {
        if (token.Length > LongestToken)
        {
            return null;
        }
        var now = time.GetUtcNow();
        await using var command = database.System.CreateCommand(
            $"""
            WITH link AS (UPDATE alert_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING *), {About},
            -- In the order of the ids, so that no two writers wait for each other.
            held AS (SELECT a.id FROM alerts a WHERE a.id IN (SELECT id FROM parts) AND a.status = 'firing' ORDER BY a.id FOR NO KEY UPDATE OF a),
            done AS (UPDATE alerts a SET status = 'acknowledged', acknowledged_at = $2, acknowledged_by = NULL, changed_at = $2 FROM held WHERE a.id = held.id RETURNING a.id, a.partner_id),
            said AS (INSERT INTO alert_events (id, alert_id, partner_id, kind, at, user_name) SELECT breeze_uuid7(), id, partner_id, 'acknowledged', $2, $3 FROM done)
            SELECT a.id, coalesce(b.title, a.title), a.severity, a.status, a.partner_id, a.organization_id, (SELECT count(*) FROM done), b.incident_id FROM about b JOIN alerts a ON a.id = b.alert_id
            """);
        command.Parameters.Add(new() { Value = SecretToken.Hash(token) });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = Actor });
        LinkedAlert alert;
        Guid partner;
        Guid? organization, incident;
        long count;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }
            // The statement sees the alert as it was before.
            count = reader.GetInt64(6);
            alert = new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), count > 0 ? "acknowledged" : reader.GetString(3)) { HasActed = count > 0 };
            (partner, organization, incident) = (reader.GetGuid(4), reader.IsDBNull(5) ? null : reader.GetGuid(5), reader.IsDBNull(7) ? null : reader.GetGuid(7));
        }
        if (alert.HasActed)
        {
            var record = incident is { } whole ? new AuditRecord("incident.acknowledged", "incident", whole.ToString()) { Detail = JsonSerializer.Serialize(new { by = "link", alerts = count }) }
                : new AuditRecord("alert.acknowledged", "alert", alert.Id.ToString()) { Detail = """{"by":"link"}""" };
            await audit.WriteAsync(AccessScope.None with { ActorName = Actor, PartnerId = partner, Address = address }, record with { PartnerId = partner, OrganizationId = organization }, cancellationToken);
            bus.Publish(AlertTopics.Events, []);
            bus.Publish(AlertTopics.Partner(partner), Encoding.UTF8.GetBytes("""{"type":"alerts"}"""));
        }
        return alert;
    }
}

/// <summary>What is behind a link.</summary>
public sealed record LinkedAlert(Guid Id, string Title, string Severity, string Status)
{
    /// <summary>Whether the link acknowledged it just now; otherwise somebody else had, or it was over.</summary>
    public bool HasActed { get; init; }
}
