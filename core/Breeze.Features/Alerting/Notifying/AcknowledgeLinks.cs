using System.Text;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>Links in messages that acknowledge one alert, once, within a week. Who has the message needs no account.</summary>
public sealed class AcknowledgeLinks(Database database, EventBus bus, IAuditLog audit, TimeProvider time)
{
    const string Actor = "Link in a message";
    const int LongestToken = 100;

    /// <summary>What a link is about; null when it is used, too old or none of ours, which nobody is told apart.</summary>
    public async Task<LinkedAlert?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > LongestToken)
        {
            return null;
        }
        await using var select = database.System.CreateCommand(
            "SELECT a.id, a.title, a.severity, a.status FROM alert_links l JOIN alerts a ON a.id = l.alert_id WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > $2");
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
            """
            WITH link AS (UPDATE alert_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING alert_id),
            done AS (UPDATE alerts a SET status = 'acknowledged', acknowledged_at = $2, acknowledged_by = NULL, changed_at = $2
                FROM link WHERE a.status = 'firing' AND (a.id = link.alert_id
                    -- What was told of an incident is acknowledged as that, as far as its organization goes.
                    OR (a.incident_id, a.organization_id) = (SELECT i.id, h.organization_id FROM incidents i JOIN alerts h ON h.id = i.head_id WHERE i.head_id = link.alert_id AND i.status = 'open'))
                RETURNING a.id, a.partner_id),
            said AS (INSERT INTO alert_events (id, alert_id, partner_id, kind, at, user_name) SELECT breeze_uuid7(), id, partner_id, 'acknowledged', $2, $3 FROM done)
            SELECT a.id, a.title, a.severity, a.status, a.partner_id, a.organization_id, EXISTS (SELECT 1 FROM done) FROM link JOIN alerts a ON a.id = link.alert_id
            """);
        command.Parameters.Add(new() { Value = SecretToken.Hash(token) });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = Actor });
        LinkedAlert alert;
        Guid partner;
        Guid? organization;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }
            // The statement sees the alert as it was before.
            var acted = reader.GetBoolean(6);
            alert = new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), acted ? "acknowledged" : reader.GetString(3)) { HasActed = acted };
            (partner, organization) = (reader.GetGuid(4), reader.IsDBNull(5) ? null : reader.GetGuid(5));
        }
        if (alert.HasActed)
        {
            await audit.WriteAsync(AccessScope.None with { ActorName = Actor, PartnerId = partner, Address = address }, new AuditRecord("alert.acknowledged", "alert", alert.Id.ToString())
            {
                PartnerId = partner, OrganizationId = organization, Detail = """{"by":"link"}""",
            }, cancellationToken);
            bus.Publish(AlertTopics.Events, []);
            bus.Publish(AlertTopics.Partner(partner), Encoding.UTF8.GetBytes("""{"type":"alerts"}"""));
        }
        return alert;
    }
}

/// <summary>The alert behind a link.</summary>
public sealed record LinkedAlert(Guid Id, string Title, string Severity, string Status)
{
    /// <summary>Whether the link acknowledged it just now; otherwise somebody else had, or it was over.</summary>
    public bool HasActed { get; init; }
}
