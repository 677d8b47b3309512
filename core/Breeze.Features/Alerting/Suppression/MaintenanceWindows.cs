using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>Plans, changes and removes maintenance windows. What is changed holds at once.</summary>
public sealed class MaintenanceWindows(Database database, WindowCheck check, MaintenancePlanner planner, EventBus bus, IAuditLog audit, TimeProvider time)
{
    public const int MostOfAPartner = 1000;

    public async Task<Outcome<MaintenanceWindow>> CreateAsync(AccessScope scope, WindowDraft draft, CancellationToken cancellationToken)
    {
        if (await RefusePlaceAsync(scope, draft, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.MaintenanceWindows.CountAsync(cancellationToken) >= MostOfAPartner)
        {
            return Refusal.Conflict("too_many_windows", $"There are {MostOfAPartner} maintenance windows already. Remove those that are over.");
        }
        var now = time.GetUtcNow();
        var window = new MaintenanceWindow
        {
            Id = Guid.CreateVersion7(now), PartnerId = scope.PartnerId!.Value, OrganizationId = draft.OrganizationId, SiteId = draft.SiteId, CreatedBy = scope.UserId, CreatedAt = now, UpdatedAt = now,
        };
        if (await check.ApplyAsync(window, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        context.Add(window);
        return await SaveAsync(scope, context, window, "maintenance_window.created", new { after = Audited(window) }, cancellationToken);
    }

    /// <summary>Makes it what the draft says, but for where it is.</summary>
    public async Task<Outcome<MaintenanceWindow>> UpdateAsync(AccessScope scope, Guid id, WindowDraft draft, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.MaintenanceWindows.SingleOrDefaultAsync(w => w.Id == id, cancellationToken) is not { } window)
        {
            return Refusal.NotFound("maintenance_window");
        }
        if (!MayWrite(scope, window))
        {
            return OutOfReach();
        }
        if ((draft.OrganizationId ?? window.OrganizationId, draft.SiteId ?? window.SiteId) != (window.OrganizationId, window.SiteId))
        {
            return Refusal.Invalid("place_fixed", "A window stays with its organization and site. Make another one there.");
        }
        var before = Audited(window);
        if (await check.ApplyAsync(window, draft, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        window.UpdatedAt = time.GetUtcNow();
        return await SaveAsync(scope, context, window, "maintenance_window.updated", new { before, after = Audited(window) }, cancellationToken);
    }

    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.MaintenanceWindows.SingleOrDefaultAsync(w => w.Id == id, cancellationToken) is not { } window)
        {
            return Refusal.NotFound("maintenance_window");
        }
        if (!MayWrite(scope, window))
        {
            return OutOfReach();
        }
        context.Remove(window);
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "maintenance_window.removed", window, new { before = Audited(window) }, cancellationToken);
        bus.Publish(AlertTopics.Suppression, []);
        return null;
    }

    /// <summary>How many devices a window takes in, as things are; null when its target cannot be read.</summary>
    public async Task<int?> CountAsync(AccessScope scope, MaintenanceWindow window, CancellationToken cancellationToken)
    {
        if (await planner.FindAsync(window, cancellationToken) is not { } found)
        {
            return null;
        }
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand($"SELECT count(*)::int FROM devices d WHERE {found.Sql}", connection) { CommandTimeout = MaintenancePlanner.TargetSeconds };
        found.Parameters.AddTo(command);
        try
        {
            return (int?)await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (NpgsqlException e) when (e.InnerException is TimeoutException || e is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
        {
            return null;
        }
    }

    /// <summary>Whether somebody who may write rules may write this: the partner's belongs to those who reach all of it.</summary>
    public static bool MayWrite(AccessScope scope, MaintenanceWindow window) =>
        window.OrganizationId is null ? scope.OrganizationIds is null : scope.SiteIds is null || (window.SiteId is { } site && scope.SiteIds.Contains(site));

    async Task<Refusal?> RefusePlaceAsync(AccessScope scope, WindowDraft draft, CancellationToken cancellationToken)
    {
        if (scope.PartnerId is null)
        {
            return OutOfReach();
        }
        if (draft.OrganizationId is not { } organization)
        {
            return draft.SiteId is not null ? Refusal.Invalid("organization_missing", "Name the site's organization as well.") : scope.OrganizationIds is null ? null : OutOfReach();
        }
        await using var tenancy = database.CreateContext(scope);
        if (!await tenancy.Organizations.AnyAsync(o => o.Id == organization, cancellationToken))
        {
            return Refusal.NotFound("organization");
        }
        return draft.SiteId is { } site && !await tenancy.Sites.AnyAsync(s => s.Id == site && s.OrganizationId == organization, cancellationToken) ? Refusal.NotFound("site")
            : scope.SiteIds is not null && draft.SiteId is null ? OutOfReach() : null;
    }

    async Task<Outcome<MaintenanceWindow>> SaveAsync(AccessScope scope, AlertingDbContext context, MaintenanceWindow window, string action, object detail, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return TenantNames.Taken("a maintenance window", window.Name);
        }
        await RecordAsync(scope, action, window, detail, cancellationToken);
        // Before the answer: who says "from now on" means it.
        await planner.PlanAsync(window, time.GetUtcNow(), cancellationToken);
        bus.Publish(AlertTopics.Suppression, []);
        return window;
    }

    static Refusal OutOfReach() => Refusal.Forbidden("reach_too_narrow", "A window for several organizations belongs to those who reach all of them. Make one for an organization or site of yours.");

    static object Audited(MaintenanceWindow w) => new
    {
        name = w.Name, note = w.Note, target = w.Target, enabled = w.Enabled, recurrence = w.Recurrence, time_zone = w.TimeZone, from_at = w.FromAt, until_at = w.UntilAt, days = w.Days, week = w.Week,
        starts = w.Starts?.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture), minutes = w.Minutes,
    };

    Task RecordAsync(AccessScope scope, string action, MaintenanceWindow window, object detail, CancellationToken cancellationToken) => audit.WriteAsync(
        scope, new AuditRecord(action, "maintenance_window", window.Id.ToString()) { PartnerId = window.PartnerId, OrganizationId = window.OrganizationId, Detail = JsonSerializer.Serialize(detail) }, cancellationToken);
}
