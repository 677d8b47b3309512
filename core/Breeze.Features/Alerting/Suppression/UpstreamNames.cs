using System.Text.Json;
using Breeze.Features.Alerting.Inbox;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>The device that an alert waits behind may be out of its reader's reach. Then its name is as well.</summary>
public static class UpstreamNames
{
    const string Unnamed = "A device in front of it is away.";

    /// <summary>Takes the names out of what was read, and not out of what is stored, for whoever does not see the devices.</summary>
    public static async Task HideAsync(AlertingDbContext context, IReadOnlyCollection<Alert> alerts, IReadOnlyCollection<AlertEvent> events, CancellationToken cancellationToken)
    {
        var causes = alerts.Select(CauseOf).Concat(events.Select(CauseOf)).OfType<Guid>().Distinct().ToArray();
        if (causes.Length == 0)
        {
            return;
        }
        var seen = (await context.Devices.Where(d => causes.Contains(d.Id)).Select(d => d.Id).ToListAsync(cancellationToken)).ToHashSet();
        foreach (var alert in alerts.Where(a => CauseOf(a) is { } cause && !seen.Contains(cause)))
        {
            (alert.SuppressedText, alert.SuppressedCause) = (Unnamed, null);
        }
        foreach (var e in events.Where(e => CauseOf(e) is { } cause && !seen.Contains(cause)))
        {
            e.Text = Unnamed;
        }
    }

    static Guid? CauseOf(Alert alert) => alert.SuppressedBy == SuppressedBy.Dependency ? alert.SuppressedCause : null;

    static Guid? CauseOf(AlertEvent e)
    {
        if (e.Kind != AlertEventKinds.Suppressed)
        {
            return null;
        }
        var detail = JsonElement.Parse(e.Detail);
        return detail.ValueKind == JsonValueKind.Object && detail.TryGetProperty("by", out var by) && by.ValueEquals(SuppressedBy.Dependency)
            && detail.TryGetProperty("cause", out var cause) && cause.ValueKind == JsonValueKind.String && cause.TryGetGuid(out var id) ? id : null;
    }
}
