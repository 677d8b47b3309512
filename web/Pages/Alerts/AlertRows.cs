using Breeze.Core.Storage;
using Breeze.Features.Alerting.Inbox;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Alerts;

/// <summary>Reads what lists say beside the alert: the names of its device, organization and assignee, as far as they are in reach.</summary>
public sealed class AlertRows(BreezeDbContext database)
{
    public async Task<IReadOnlyList<AlertRow>> OfAsync(IReadOnlyCollection<Alert> alerts, CancellationToken cancellationToken)
    {
        var devices = alerts.Select(a => a.DeviceId).OfType<Guid>().Distinct().ToArray();
        var deviceNames = await database.Devices.Where(d => devices.Contains(d.Id)).Select(d => new { d.Id, Name = d.DisplayName ?? d.Hostname }).ToDictionaryAsync(d => d.Id, d => d.Name, cancellationToken);
        var organizations = alerts.Select(a => a.OrganizationId).OfType<Guid>().Distinct().ToArray();
        var organizationNames = await database.Organizations.Where(o => organizations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellationToken);
        var people = alerts.Select(a => a.AssigneeId).OfType<Guid>().Distinct().ToArray();
        var names = people.Length == 0 ? [] : await database.Users.Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
        return
        [
            .. alerts.Select(a => new AlertRow(
                a.Id, a.Title, a.Severity, a.Status, a.DeviceId, a.DeviceId is { } device ? deviceNames.GetValueOrDefault(device) : null,
                a.OrganizationId is { } organization ? organizationNames.GetValueOrDefault(organization) : null, a.AssigneeId is { } person ? names.GetValueOrDefault(person) : null, a.ShownAt,
                a.ResolvedAt, a.SnoozedUntil, a.SuppressedBy, a.Reopened)),
        ];
    }
}
