using Breeze.Core.Expressions;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>
/// Writes down which devices are in which window, somewhat ahead of its time: so whether a device is in maintenance at an instant is a matter of a join, for
/// the router as for pages.
/// </summary>
public sealed partial class MaintenancePlanner(Database database, ExpressionEngine expressions, ILogger<MaintenancePlanner> logger)
{
    /// <summary>How long the devices of a window may take to be found.</summary>
    public const int TargetSeconds = 20;

    static readonly TimeSpan Ahead = TimeSpan.FromMinutes(2);
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    readonly Dictionary<Guid, (Occurrence Planned, DateTimeOffset Changed, DateTimeOffset At)> _planned = [];

    /// <summary>Plans all windows that last or are about to begin, and forgets what is over.</summary>
    public async Task RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, AccessScope.System);
        var windows = await context.MaintenanceWindows.AsNoTracking()
            .Where(w => w.Enabled && (w.Recurrence != MaintenanceRecurrence.Once || (w.UntilAt > now && w.FromAt <= now + Ahead))).ToListAsync(cancellationToken);
        var current = windows.Select(w => (Window: w, Occurrence: MaintenanceTimes.Current(w, now, Ahead))).Where(w => w.Occurrence is not null).ToList();
        await using (var command = database.System.CreateCommand("DELETE FROM maintenance_devices WHERE window_id <> ALL ($1) OR until_at <= $2"))
        {
            command.Parameters.Add(new() { Value = current.Select(w => w.Window.Id).ToArray() });
            command.Parameters.Add(new() { Value = now });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        foreach (var gone in _planned.Keys.Except(current.Select(w => w.Window.Id)).ToList())
        {
            _planned.Remove(gone);
        }
        foreach (var (window, occurrence) in current)
        {
            if (_planned.TryGetValue(window.Id, out var plan) && plan.Planned == occurrence && plan.Changed == window.UpdatedAt && now - plan.At < Fresh)
            {
                continue;
            }
            await WriteAsync(window, occurrence!.Value, cancellationToken);
            _planned[window.Id] = (occurrence.Value, window.UpdatedAt, now);
        }
    }

    /// <summary>Plans one window as it is now.</summary>
    public async Task PlanAsync(MaintenanceWindow window, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (window.Enabled && MaintenanceTimes.Current(window, now, Ahead) is { } occurrence)
        {
            await WriteAsync(window, occurrence, cancellationToken);
            return;
        }
        await using var command = database.System.CreateCommand("DELETE FROM maintenance_devices WHERE window_id = $1");
        command.Parameters.Add(new() { Value = window.Id });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The condition on <c>devices d</c> for those that a window takes in; null when its target cannot be read.</summary>
    internal async Task<(string Sql, SqlParameters Parameters)?> FindAsync(MaintenanceWindow window, CancellationToken cancellationToken)
    {
        var parameters = expressions.Parameters();
        var sql = $"d.partner_id = {parameters.Add(window.PartnerId)}";
        sql += window.OrganizationId is { } organization ? $" AND d.organization_id = {parameters.Add(organization)}" : "";
        sql += window.SiteId is { } site ? $" AND d.site_id = {parameters.Add(site)}" : "";
        if (window.Target.Length == 0)
        {
            return (sql, parameters);
        }
        var target = await expressions.ParseAsync(window.Target, cancellationToken);
        if (!target.IsValid)
        {
            LogTarget(logger, window.Name, window.Id, target.Error.Message);
            return null;
        }
        return ($"{sql} AND ({target.Expression.ToSql(parameters, window.SiteId is null ? SqlReach.All : SqlReach.Each)})", parameters);
    }

    async Task WriteAsync(MaintenanceWindow window, Occurrence occurrence, CancellationToken cancellationToken)
    {
        // A target that cannot be read any more finds nobody: rather told too much than not at all.
        var found = await FindAsync(window, cancellationToken);
        var parameters = found?.Parameters ?? expressions.Parameters();
        var (id, from, until) = (parameters.Add(window.Id), parameters.Add(occurrence.From.UtcDateTime), parameters.Add(occurrence.Until.UtcDateTime));
        try
        {
            await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(
                $"""
                WITH found AS MATERIALIZED (SELECT d.id FROM devices d WHERE {found?.Sql ?? "false"}),
                gone AS (DELETE FROM maintenance_devices m WHERE m.window_id = {id} AND NOT EXISTS (SELECT 1 FROM found WHERE found.id = m.device_id))
                INSERT INTO maintenance_devices AS m (window_id, device_id, from_at, until_at)
                SELECT w.id, found.id, {from}, {until} FROM found, maintenance_windows w WHERE w.id = {id}
                ON CONFLICT (window_id, device_id) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at
                WHERE (m.from_at, m.until_at) IS DISTINCT FROM (excluded.from_at, excluded.until_at)
                """, connection) { CommandTimeout = TargetSeconds };
            parameters.AddTo(command);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException e) when (e.InnerException is TimeoutException || e is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
        {
            LogTarget(logger, window.Name, window.Id, "finding the devices takes too long");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The devices of the maintenance window “{Name}” ({Window}) cannot be found: {Error}")]
    static partial void LogTarget(ILogger logger, string name, Guid window, string error);
}
