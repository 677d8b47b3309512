using System.Globalization;
using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>What one device is made of, in lists.</summary>
static class InventoryEndpoints
{
    public sealed record DocumentItem(string Kind, DateTimeOffset ReceivedAt, string Hash);

    public static void MapInventory(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/devices/{id:guid}").WithTags("Inventory").WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead));
        group.MapGet("/inventory", DocumentsAsync).Produces<Page<DocumentItem>>();
        group.MapGet("/software", SoftwareAsync).Produces<Page<SoftwareItem>>();
        group.MapGet("/services", ServicesAsync).Produces<Page<ServiceItem>>();
        group.MapGet("/updates", UpdatesAsync).Produces<Page<UpdateItem>>();
        group.MapGet("/sessions", SessionsAsync).Produces<Page<SessionItem>>();
        group.MapGet("/changes", ChangesAsync).Produces<Page<ChangeItem>>();
        group.MapGet("/log", LogAsync).Produces<Page<LogItem>>();
    }

    static async Task<IResult> DocumentsAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken)
    {
        if (!await database.Devices.AnyAsync(d => d.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("device");
        }
        var documents = await database.Inventory.Where(i => i.DeviceId == id).OrderBy(i => i.Kind).Select(i => new { i.Kind, i.ReceivedAt, i.Hash }).ToListAsync(cancellationToken);
        return Results.Ok(new Page<DocumentItem>([.. documents.Select(d => new DocumentItem(d.Kind, d.ReceivedAt, Convert.ToHexStringLower(d.Hash)))], null));
    }

    static Task<IResult> SoftwareAsync(
        BreezeDbContext database, DeviceInventoryQueries queries, AccessScope scope, Guid id, string? q, int? limit, string? cursor, CancellationToken cancellationToken) =>
        ListAsync(database, id, limit, cursor, 3, (after, count) => queries.SoftwareAsync(scope, id, Pattern(q), after, count, cancellationToken),
            s => [s.Name, s.Version, s.Source], cancellationToken);

    static Task<IResult> ServicesAsync(
        BreezeDbContext database, DeviceInventoryQueries queries, AccessScope scope, Guid id, string? q, int? limit, string? cursor, CancellationToken cancellationToken) =>
        ListAsync(database, id, limit, cursor, 1, (after, count) => queries.ServicesAsync(scope, id, Pattern(q), after, count, cancellationToken), s => [s.Name], cancellationToken);

    static Task<IResult> UpdatesAsync(
        BreezeDbContext database, DeviceInventoryQueries queries, AccessScope scope, Guid id, string? q, int? limit, string? cursor, CancellationToken cancellationToken) =>
        ListAsync(database, id, limit, cursor, 4, (after, count) => queries.UpdatesAsync(scope, id, Pattern(q), after, count, cancellationToken),
            u => [u.IsSecurity ? "0" : "1", u.Name, u.AvailableVersion, u.Source], cancellationToken);

    static Task<IResult> SessionsAsync(
        BreezeDbContext database, DeviceInventoryQueries queries, AccessScope scope, Guid id, string? q, int? limit, string? cursor, CancellationToken cancellationToken) =>
        ListAsync(database, id, limit, cursor, 1, (after, count) => queries.SessionsAsync(scope, id, Pattern(q), after, count, cancellationToken), s => [s.Session], cancellationToken);

    static async Task<IResult> ChangesAsync(
        BreezeDbContext database, FleetInventoryQueries queries, AccessScope scope, Guid id, string? kind, string? change, string? q, int? limit, string? cursor,
        CancellationToken cancellationToken)
    {
        if (!await database.Devices.AnyAsync(d => d.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("device");
        }
        return await FleetInventoryEndpoints.ChangesPageAsync(queries, scope, id, kind, change, q, limit, cursor, cancellationToken);
    }

    static Task<IResult> LogAsync(
        BreezeDbContext database, DeviceInventoryQueries queries, AccessScope scope, Guid id, string? q, string? level, int? limit, string? cursor,
        CancellationToken cancellationToken) =>
        level is not (null or "critical" or "error" or "warning" or "info")
            ? Task.FromResult(ApiProblem.Invalid("level_invalid", "level is critical, error, warning or info."))
            : ListAsync(database, id, limit, cursor, 2,
                (after, count) => queries.LogAsync(scope, id, Pattern(q), level, LogPlace(after), count, cancellationToken), e => LogKey(e), cancellationToken,
                after => LogPlace(after) is not null);

    /// <summary>Time and id of an entry, as the key of a page.</summary>
    public static string[] LogKey(LogItem entry) => [entry.At.UtcTicks.ToString(CultureInfo.InvariantCulture), entry.Id.ToString("n")];

    public static (DateTimeOffset At, Guid Id)? LogPlace(string[]? key) =>
        key is [var ticks, var id] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks && Guid.TryParse(id, out var entry)
            ? (new DateTimeOffset(at, TimeSpan.Zero), entry)
            : null;

    /// <summary>A pattern for what somebody typed; null when that is nothing.</summary>
    public static string? Pattern(string? q) => string.IsNullOrWhiteSpace(q) ? null : Like.Containing(q.Length > 200 ? q[..200] : q);

    static async Task<IResult> ListAsync<T>(
        BreezeDbContext database, Guid id, int? limit, string? cursor, int parts, Func<string[]?, int, Task<List<T>>> read, Func<T, string[]> key, CancellationToken cancellationToken,
        Predicate<string[]>? isPlace = null)
    {
        if (!KeyCursor.TryDecode(cursor, parts, out var after) || (after is not null && isPlace?.Invoke(after) == false))
        {
            return Cursor.Invalid();
        }
        if (!await database.Devices.AnyAsync(d => d.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("device");
        }
        var count = Cursor.Limit(limit);
        return Results.Ok(Page<T>.Cut(await read(after, count + 1), count, row => KeyCursor.Encode(key(row))));
    }
}
