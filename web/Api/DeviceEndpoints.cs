using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Devices;
using Breeze.Core.Devices.List;
using Breeze.Core.Events;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class DeviceEndpoints
{
    public sealed record UpdateRequest(string? DisplayName, string[]? Tags, int? HeartbeatIntervalSeconds);

    static readonly JsonSerializerOptions AuditJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void MapDevices(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/devices").WithTags("Devices");
        group.MapGet("", ListAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead)).Produces<Page<DeviceItem>>();
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead)).Produces<DeviceItem>();
        group.MapPatch("/{id:guid}", UpdateAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesWrite)).Produces<DeviceItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesManage)).Produces(204);
        group.MapMetrics();
        group.MapGet("/{id:guid}/inventory/{kind}", InventoryAsync).WithMetadata(new RequirePermissionAttribute(Permissions.DevicesRead)).Produces(200, contentType: "application/json");
    }

    static async Task<IResult> ListAsync(
        BreezeDbContext database, ExpressionEngine expressions, DevicePager pager, int? limit, string? cursor, string? filter, string? status,
        [FromQuery(Name = "organization_id")] Guid? organizationId, [FromQuery(Name = "site_id")] Guid? siteId, [FromQuery(Name = "group_id")] Guid? groupId, string? q,
        CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out var afterName, out var afterId))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var query = new DeviceQuery(DeviceOrder.Find(DeviceOrder.Default)!)
        {
            Status = status, OrganizationId = organizationId, SiteId = siteId, GroupId = groupId, HostnamePart = string.IsNullOrWhiteSpace(q) ? null : q,
        };
        if (!string.IsNullOrWhiteSpace(filter))
        {
            var result = await expressions.ParseAsync(filter, cancellationToken);
            if (!result.IsValid)
            {
                return new ExpressionProblem(result.Error);
            }
            query = query with { Expression = result.Expression };
        }
        var connection = await database.ConnectAsync(cancellationToken);
        var found = await pager.NextAsync(connection, query, cursor is null ? null : new DevicePlace(afterName, afterId), count + 1, cancellationToken);
        // The key is the database's: what it holds for the lower case of a letter is not what we do.
        var keys = found.ToDictionary(f => f.Id, f => f.Key);
        var ids = keys.Keys.ToArray();
        var devices = await database.Devices.AsNoTracking().Include(d => d.Presence).Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, cancellationToken);
        return Results.Ok(Page<DeviceItem>.Cut(
            [.. ids.Where(devices.ContainsKey).Select(id => DeviceItem.From(devices[id]))], count, d => Cursor.Encode(keys[d.Id] ?? "", d.Id)));
    }

    static async Task<IResult> GetAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) =>
        await database.Devices.AsNoTracking().Include(d => d.Presence).SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is { } device
            ? Results.Ok(DeviceItem.From(device))
            : ApiProblem.NotFound("device");

    static async Task<IResult> UpdateAsync(
        BreezeDbContext database, AccessScope scope, IAuditLog audit, AgentDirectory directory, EventBus bus, Guid id, UpdateRequest request, HttpContext context,
        CancellationToken cancellationToken)
    {
        if (request.HeartbeatIntervalSeconds is < 5 or > 3600)
        {
            return ApiProblem.Invalid("heartbeat_interval_invalid", "heartbeat_interval_seconds must lie between 5 and 3600.");
        }
        if (request.Tags is { } tags && (tags.Length > 50 || tags.Any(t => string.IsNullOrWhiteSpace(t) || t.Length > 64)))
        {
            return ApiProblem.Invalid("tags_invalid", "A device has at most 50 tags of 1 to 64 characters.");
        }
        var device = await database.Devices.Include(d => d.Presence).SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
        if (device is null)
        {
            return ApiProblem.NotFound("device");
        }
        var before = new { device.DisplayName, device.Tags, device.HeartbeatIntervalSeconds };
        if (request.DisplayName is not null)
        {
            device.DisplayName = AgentText.Clean(request.DisplayName, 255) is { Length: > 0 } name ? name : null;
        }
        device.Tags = request.Tags?.Select(t => t.Trim()).Distinct().ToArray() ?? device.Tags;
        device.HeartbeatIntervalSeconds = request.HeartbeatIntervalSeconds ?? device.HeartbeatIntervalSeconds;
        device.UpdatedAt = DateTimeOffset.UtcNow;
        await database.SaveChangesAsync(cancellationToken);
        await directory.RefreshAsync(cancellationToken);
        bus.Publish(Topics.Agents, id.ToByteArray());
        await audit.WriteAsync(scope, new AuditRecord("device.updated", "device", id.ToString())
        {
            OrganizationId = device.OrganizationId, Address = ClientAddress.Of(context),
            Detail = JsonSerializer.Serialize(new { before, after = new { device.DisplayName, device.Tags, device.HeartbeatIntervalSeconds } }, AuditJson),
        }, cancellationToken);
        return Results.Ok(DeviceItem.From(device));
    }

    static async Task<IResult> DeleteAsync(
        BreezeDbContext database, AccessScope scope, IAuditLog audit, DeviceRemoval removal, Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var device = await database.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
        if (device is null)
        {
            return ApiProblem.NotFound("device");
        }
        await removal.RemoveAsync(id, cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("device.removed", "device", id.ToString())
        {
            OrganizationId = device.OrganizationId, Address = ClientAddress.Of(context), Detail = JsonSerializer.Serialize(new { before = new { device.Hostname, device.DisplayName, device.SiteId } }, AuditJson),
        }, cancellationToken);
        return Results.NoContent();
    }

    static async Task<IResult> InventoryAsync(BreezeDbContext database, Guid id, string kind, CancellationToken cancellationToken) =>
        await database.Inventory.Where(i => i.DeviceId == id && i.Kind == kind).Select(i => i.Document).SingleOrDefaultAsync(cancellationToken) is { } document
            ? Results.Text(document, "application/json")
            : ApiProblem.NotFound("inventory_document");
}
