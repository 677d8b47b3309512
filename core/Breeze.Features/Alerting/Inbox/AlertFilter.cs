using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Alerting.Inbox;

/// <summary>Which alerts.</summary>
public sealed record AlertFilter
{
    public const string Open = "open";
    public const string Any = "any";

    /// <summary>One of <see cref="AlertStatus"/>, or <see cref="Open"/>: firing and acknowledged.</summary>
    public string? Status { get; init; }
    public string? Severity { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? SiteId { get; init; }
    public Guid? DeviceId { get; init; }
    public Guid? RuleId { get; init; }
    public Guid? AssigneeId { get; init; }

    /// <summary>A part of the title or of the device's name.</summary>
    public string? Text { get; init; }

    /// <summary>Whether what is snoozed or suppressed is shown as well.</summary>
    public bool WithQuiet { get; init; } = true;

    /// <summary>Only what is suppressed by this, one of <see cref="Suppression.SuppressedBy"/>, or by <see cref="Any"/>thing.</summary>
    public string? Suppressed { get; init; }
    public Guid? IncidentId { get; init; }

    /// <summary>Whether the alerts of open incidents are left out, because those have lines of their own.</summary>
    public bool WithoutIncidents { get; init; }

    public static bool IsStatus(string? status) => status is null or "" or Open or AlertStatus.Pending or AlertStatus.Firing or AlertStatus.Acknowledged or AlertStatus.Resolved;

    /// <summary>Newest first; behind a place when one is given.</summary>
    public IQueryable<Alert> Apply(AlertingDbContext context, DateTimeOffset now, (DateTimeOffset At, Guid Id)? after)
    {
        var query = context.Alerts.AsNoTracking();
        query = Status switch
        {
            null or "" => query.Where(a => a.Status != AlertStatus.Pending),
            Open => query.Where(a => a.Status == AlertStatus.Firing || a.Status == AlertStatus.Acknowledged),
            _ => query.Where(a => a.Status == Status),
        };
        query = string.IsNullOrEmpty(Severity) ? query : query.Where(a => a.Severity == Severity);
        query = OrganizationId is { } organization ? query.Where(a => a.OrganizationId == organization) : query;
        query = SiteId is { } site ? query.Where(a => context.Devices.Any(d => d.Id == a.DeviceId && d.SiteId == site)) : query;
        query = DeviceId is { } device ? query.Where(a => a.DeviceId == device) : query;
        query = RuleId is { } rule ? query.Where(a => a.RuleId == rule) : query;
        query = AssigneeId is { } assignee ? query.Where(a => a.AssigneeId == assignee) : query;
        query = IncidentId is { } incident ? query.Where(a => a.IncidentId == incident) : query;
        query = Suppressed switch
        {
            null or "" => query,
            Any => query.Where(a => a.SuppressedBy != null),
            _ => query.Where(a => a.SuppressedBy == Suppressed),
        };
        // Of incidents out of sight the alerts stay.
        query = WithoutIncidents ? query.Where(a => a.IncidentId == null || !context.Incidents.Any(i => i.Id == a.IncidentId && i.Status == Incidents.Incident.Open)) : query;
        query = WithQuiet ? query : query.Where(a => a.SuppressedBy == null && (a.SnoozedUntil == null || a.SnoozedUntil <= now));
        if (!string.IsNullOrWhiteSpace(Text))
        {
            var pattern = $"%{Text.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            query = query.Where(a => EF.Functions.ILike(a.Title, pattern) || context.Devices.Any(d => d.Id == a.DeviceId && EF.Functions.ILike(d.DisplayName ?? d.Hostname, pattern)));
        }
        if (after is { } place)
        {
            query = query.Where(a => a.ShownAt < place.At || (a.ShownAt == place.At && a.Id < place.Id));
        }
        return query.OrderByDescending(a => a.ShownAt).ThenByDescending(a => a.Id);
    }
}
