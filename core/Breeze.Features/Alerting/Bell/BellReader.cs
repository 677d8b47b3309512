using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Inbox;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Features.Alerting.Bell;

/// <summary>What a person is told in Breeze itself: what is theirs, what routes lead to everybody, and alerts that are bad enough.</summary>
public sealed class BellReader(Database database, TimeProvider time)
{
    public const int Most = 20;
    static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public static IReadOnlyList<string> Severities { get; } = [.. AlertSeverity.All, "none"];

    public async Task<BellState> ReadAsync(AccessScope scope, CancellationToken cancellationToken)
    {
        if (scope.UserId is not { } user || scope.PartnerId is not { } partner)
        {
            return new([], 0, AlertSeverity.Error);
        }
        await using var context = AlertingDbContext.Create(database, scope);
        await context.ConnectAsync(cancellationToken);
        var now = time.GetUtcNow();
        var since = now - Kept;
        var settings = await context.BellSettings.AsNoTracking().SingleOrDefaultAsync(s => s.UserId == user && s.PartnerId == partner, cancellationToken) ?? new();
        var mayAlerts = scope.Can(Permissions.AlertsRead);
        // What has its own line for this person is not shown again as an alert.
        var notices = await context.BellNotices.AsNoTracking().Where(n => n.At > since && (mayAlerts || n.AlertId == null)).OrderByDescending(n => n.At).ThenByDescending(n => n.Id).Take(5 * Most).ToListAsync(cancellationToken);
        var severities = settings.Severity == "none" || !mayAlerts ? [] : AlertSeverity.All.SkipWhile(s => s != settings.Severity).ToArray();
        var alerts = severities.Length == 0 ? [] : await context.Alerts.AsNoTracking()
            .Where(a => severities.Contains(a.Severity) && (a.Status == "firing" || a.Status == "acknowledged" || a.Status == "resolved") && a.ShownAt > since && a.FiredAt != null
                && a.SuppressedBy == null && !(a.SnoozedUntil > now)
                // Nor what nobody is told of yet, or was not told of because the rule's script has helped.
                && !context.Events.Any(e => e.AlertId == a.Id && ((e.RoutedAt == null && (e.Kind == AlertEventKinds.Firing || e.Kind == AlertEventKinds.Reopened || e.Kind == AlertEventKinds.Unsuppressed))
                    || (e.Kind == AlertEventKinds.Healed && a.Status == AlertStatus.Resolved))))
            .OrderByDescending(a => a.ShownAt).ThenByDescending(a => a.Id).Take(2 * Most).Select(a => new { a.Id, a.Severity, a.Title, At = a.ShownAt, a.Status }).ToListAsync(cancellationToken);
        var items = notices.Select(n => new BellItem(n.AlertId is { } a ? $"alert:{a}" : $"notice:{n.Id}", n.AlertId, n.Severity, n.Title, n.Path.Length > 0 ? n.Path : $"/alerts/{n.AlertId}", n.At, n.At > (settings.ReadAt ?? DateTimeOffset.MinValue)))
            .Concat(alerts.Select(a => new BellItem($"alert:{a.Id}", a.Id, a.Severity, a.Title, $"/alerts/{a.Id}", a.At, a.At > (settings.ReadAt ?? DateTimeOffset.MinValue) && a.Status == "firing")))
            .GroupBy(i => i.Key).Select(g => g.OrderByDescending(i => i.At).First()).OrderByDescending(i => i.At).ToList();
        return new([.. items.Take(Most)], items.Count(i => i.IsUnread), settings.Severity);
    }

    /// <summary>Marks what is there as read.</summary>
    public Task ReadAllAsync(AccessScope scope, CancellationToken cancellationToken) => WriteAsync(scope, s => s.ReadAt = time.GetUtcNow(), cancellationToken);

    public async Task<Refusal?> SetSeverityAsync(AccessScope scope, string? severity, CancellationToken cancellationToken)
    {
        if (severity is null || !Severities.Contains(severity))
        {
            return Refusal.Invalid("severity_invalid", $"The bell shows alerts from one of {string.Join(", ", Severities)}.");
        }
        await WriteAsync(scope, s => s.Severity = severity, cancellationToken);
        return null;
    }

    async Task WriteAsync(AccessScope scope, Action<BellSettings> change, CancellationToken cancellationToken)
    {
        if (scope.UserId is not { } user || scope.PartnerId is not { } partner)
        {
            return;
        }
        await using var context = AlertingDbContext.Create(database, scope);
        var settings = await context.BellSettings.SingleOrDefaultAsync(s => s.UserId == user && s.PartnerId == partner, cancellationToken);
        if (settings is null)
        {
            context.Add(settings = new BellSettings { PartnerId = partner, UserId = user });
        }
        change(settings);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
        {
            // Two clicks at once: the other one made the row, and it says the same or is as good.
        }
    }
}

/// <summary>What the bell shows.</summary>
public sealed record BellState(IReadOnlyList<BellItem> Items, int Unread, string Severity);

/// <summary>A line of the bell.</summary>
/// <param name="Key">The same for what is about the same.</param>
public sealed record BellItem(string Key, Guid? AlertId, string Severity, string Title, string Path, DateTimeOffset At, bool IsUnread);
