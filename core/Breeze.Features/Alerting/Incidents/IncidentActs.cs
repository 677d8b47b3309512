using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Inbox;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Alerting.Incidents;

/// <summary>What people do to an incident: to each of its open alerts, with one line in the audit log for all.</summary>
public sealed class IncidentActs(Database database, AlertInbox inbox, EventBus bus, IAuditLog audit)
{
    public async Task<Outcome<AlertsDone>> ActAsync(AccessScope scope, Guid id, AlertAct act, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.Incidents.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken) is not { } incident)
        {
            return Refusal.NotFound("incident");
        }
        if (await inbox.CheckAsync(scope, [id], act, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var alerts = await context.Alerts.Where(a => a.IncidentId == id && (a.Status == AlertStatus.Firing || a.Status == AlertStatus.Acknowledged)).OrderBy(a => a.Id).Select(a => a.Id).ToListAsync(cancellationToken);
        var done = 0;
        foreach (var some in alerts.Chunk(AlertInbox.MostAtOnce))
        {
            done += (await inbox.RunAsync(scope, some, AlertActSql.Of(act.Kind)!, act, cancellationToken)).Count;
        }
        await audit.WriteAsync(scope, new AuditRecord($"incident.{AlertActs.Done(act.Kind)}", "incident", id.ToString())
        {
            PartnerId = incident.PartnerId, OrganizationId = incident.OrganizationId, Detail = JsonSerializer.Serialize(new { alerts = done, until = act.Until, user_id = act.UserId, text = act.Text }),
        }, cancellationToken);
        if (done > 0)
        {
            bus.Publish(AlertTopics.Events, []);
            bus.Publish(AlertTopics.Partner(incident.PartnerId), """{"type":"alerts"}"""u8);
        }
        return new AlertsDone(done);
    }
}
