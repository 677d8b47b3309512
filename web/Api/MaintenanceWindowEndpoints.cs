using System.Globalization;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class MaintenanceWindowEndpoints
{
    const int Shown = 5;

    /// <param name="Target">A device expression; empty means all devices there.</param>
    /// <param name="Recurrence"><c>once</c> with from_at and until_at; <c>weekly</c> or <c>monthly</c> with days, starts and minutes.</param>
    /// <param name="Days">From Monday, 1, to Sunday, 7.</param>
    /// <param name="Week">Monthly: which of these days in a month, 1 to 4, or -1 for the last.</param>
    /// <param name="Starts">By the clocks of the time zone, such as 22:00.</param>
    /// <param name="Active">Whether it lasts now.</param>
    /// <param name="Next">The next five times; the one that lasts is the first.</param>
    public sealed record WindowItem(
        Guid Id, string Name, string Note, Guid? OrganizationId, Guid? SiteId, string Target, bool Enabled, string Recurrence, string TimeZone, DateTimeOffset? FromAt, DateTimeOffset? UntilAt, short[] Days, short? Week,
        string? Starts, int? Minutes, bool Active, IReadOnlyList<OccurrenceItem> Next, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    public sealed record OccurrenceItem(DateTimeOffset From, DateTimeOffset Until);

    public sealed record WindowRequest(
        string? Name, string? Note, Guid? OrganizationId, Guid? SiteId, string? Target, bool? Enabled, string? Recurrence, string? TimeZone, DateTimeOffset? FromAt, DateTimeOffset? UntilAt, int[]? Days, int? Week,
        string? Starts, int? Minutes);

    public static void MapMaintenanceWindows(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/maintenance-windows").WithTags("Alerts");
        var read = new RequirePermissionAttribute(Permissions.AlertsRead);
        var write = new RequirePermissionAttribute(Permissions.AlertRulesWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<WindowItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<WindowItem>(201);
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<WindowItem>();
        group.MapPut("/{id:guid}", UpdateAsync).WithMetadata(write).Produces<WindowItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
    }

    static async Task<IResult> ListAsync(AlertingDbContext database, TimeProvider time, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await database.MaintenanceWindows.AsNoTracking().Where(w => w.Id > after).OrderBy(w => w.Id).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<WindowItem>.Cut([.. rows.Select(w => Item(w, time.GetUtcNow()))], count, w => Cursor.Encode("", w.Id)));
    }

    static async Task<IResult> GetAsync(Guid id, AlertingDbContext database, TimeProvider time, CancellationToken cancellationToken) =>
        await database.MaintenanceWindows.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, cancellationToken) is { } window ? Results.Ok(Item(window, time.GetUtcNow())) : ApiProblem.NotFound("maintenance_window");

    static async Task<IResult> CreateAsync(WindowRequest request, MaintenanceWindows windows, AccessScope scope, TimeProvider time, CancellationToken cancellationToken)
    {
        var created = await windows.CreateAsync(scope, Draft(request), cancellationToken);
        return created.Succeeded ? Results.Created($"/api/v1/maintenance-windows/{created.Value.Id}", Item(created.Value, time.GetUtcNow())) : created.Refusal.AsProblem();
    }

    /// <summary>As a whole; organization and site stay.</summary>
    static async Task<IResult> UpdateAsync(Guid id, WindowRequest request, MaintenanceWindows windows, AccessScope scope, TimeProvider time, CancellationToken cancellationToken)
    {
        var updated = await windows.UpdateAsync(scope, id, Draft(request), cancellationToken);
        return updated.Succeeded ? Results.Ok(Item(updated.Value, time.GetUtcNow())) : updated.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, MaintenanceWindows windows, AccessScope scope, CancellationToken cancellationToken) => (await windows.DeleteAsync(scope, id, cancellationToken)).OrNoContent();

    static WindowDraft Draft(WindowRequest r) => new()
    {
        Name = r.Name, Note = r.Note, OrganizationId = r.OrganizationId, SiteId = r.SiteId, Target = r.Target, Enabled = r.Enabled ?? true, Recurrence = r.Recurrence, TimeZone = r.TimeZone, FromAt = r.FromAt,
        UntilAt = r.UntilAt, Days = r.Days, Week = r.Week, Starts = r.Starts, Minutes = r.Minutes,
    };

    static WindowItem Item(MaintenanceWindow w, DateTimeOffset now)
    {
        var next = w.Enabled ? MaintenanceTimes.Next(w, now, Shown) : [];
        return new(
            w.Id, w.Name, w.Note, w.OrganizationId, w.SiteId, w.Target, w.Enabled, w.Recurrence, w.TimeZone, w.FromAt, w.UntilAt, w.Days, w.Week, w.Starts?.ToString("HH:mm", CultureInfo.InvariantCulture), w.Minutes,
            next.Any(o => o.Contains(now)), [.. next.Select(o => new OccurrenceItem(o.From, o.Until))], w.CreatedAt, w.UpdatedAt);
    }
}
