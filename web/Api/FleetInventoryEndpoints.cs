using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Breeze.Web.Api;

/// <summary>What is installed where, and what has changed, across all devices within reach.</summary>
static class FleetInventoryEndpoints
{
    const int LongestName = 300;

    public static void MapFleetInventory(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Inventory").WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead));
        group.MapGet("/software", SoftwareAsync).Produces<Page<FleetSoftware>>();
        group.MapGet("/software/devices", DevicesAsync).Produces<Page<SoftwareDevice>>();
        group.MapGet("/inventory-changes", ChangesAsync).Produces<Page<ChangeItem>>();
    }

    static async Task<IResult> SoftwareAsync(FleetInventoryQueries queries, AccessScope scope, string? q, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!KeyCursor.TryDecode(cursor, 1, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await queries.SoftwareAsync(scope, InventoryEndpoints.Pattern(q), after?[0], count + 1, cancellationToken);
        return Results.Ok(Page<FleetSoftware>.Cut(rows, count, s => KeyCursor.Encode(s.Name)));
    }

    static async Task<IResult> DevicesAsync(
        FleetInventoryQueries queries, AccessScope scope, string? name, [FromQuery(Name = "version_below")] string? versionBelow, int? limit, string? cursor,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Contains('\0', StringComparison.Ordinal))
        {
            return ApiProblem.Invalid("name_invalid", "name is missing: the name of a program exactly as GET /api/v1/software lists it.");
        }
        if (versionBelow is { Length: 0 or > 200 })
        {
            return ApiProblem.Invalid("version_below_invalid", "version_below is a version, such as 3.0.15.");
        }
        if (!KeyCursor.TryDecode(cursor, 4, out var after) || (after is not null && !Guid.TryParse(after[1], out _)))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await queries.DevicesAsync(scope, name, versionBelow, after, count + 1, cancellationToken);
        return Results.Ok(Page<SoftwareDevice>.Cut(rows, count, d => KeyCursor.Encode(d.Device, d.DeviceId.ToString("n"), d.Version, d.Source)));
    }

    static Task<IResult> ChangesAsync(
        FleetInventoryQueries queries, AccessScope scope, string? kind, string? change, string? q, int? limit, string? cursor, CancellationToken cancellationToken) =>
        ChangesPageAsync(queries, scope, null, kind, change, q, limit, cursor, cancellationToken);

    /// <summary>Changes of one device, or of all of them.</summary>
    public static async Task<IResult> ChangesPageAsync(
        FleetInventoryQueries queries, AccessScope scope, Guid? deviceId, string? kind, string? change, string? q, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var before))
        {
            return Cursor.Invalid();
        }
        if (change is not (null or "added" or "removed" or "changed"))
        {
            return ApiProblem.Invalid("change_invalid", "change is added, removed or changed.");
        }
        if (kind?.Contains('\0', StringComparison.Ordinal) == true)
        {
            return ApiProblem.Invalid("kind_invalid", "kind is a kind of inventory, such as software.");
        }
        var count = Cursor.Limit(limit);
        var rows = await queries.ChangesAsync(
            scope, deviceId, kind, change, InventoryEndpoints.Pattern(q), string.IsNullOrEmpty(cursor) ? null : before, count + 1, cancellationToken);
        return Results.Ok(Page<ChangeItem>.Cut(rows, count, c => Cursor.Encode("", c.Id)));
    }
}
