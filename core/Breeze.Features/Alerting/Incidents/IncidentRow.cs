using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Alerting.Incidents;

/// <summary>An incident with how many alerts it has within somebody's reach.</summary>
public sealed record IncidentRow(
    Guid Id, string Title, string Severity, string Status, Guid? OrganizationId, Guid? RuleId, Guid? HeadId, int AlertCount, int OpenCount, int DeviceCount, DateTimeOffset StartedAt, DateTimeOffset? ResolvedAt)
{
    public static async Task<List<IncidentRow>> ReadAsync(AlertingDbContext context, IQueryable<Incident> incidents, CancellationToken cancellationToken) =>
        await incidents.AsNoTracking().Select(i => new IncidentRow(
            i.Id, i.Title, i.Severity, i.Status, i.OrganizationId, i.RuleId, i.HeadId, context.Alerts.Count(a => a.IncidentId == i.Id),
            context.Alerts.Count(a => a.IncidentId == i.Id && (a.Status == Inbox.AlertStatus.Firing || a.Status == Inbox.AlertStatus.Acknowledged)),
            context.Alerts.Where(a => a.IncidentId == i.Id).Select(a => a.DeviceId).Distinct().Count(), i.StartedAt, i.ResolvedAt)).ToListAsync(cancellationToken);
}
