using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>Static groups of devices, of one organization or across the partner's.</summary>
public sealed class DeviceGroups(Database database, IAuditLog audit, TimeProvider time)
{
    public const int MaximumDevices = 10_000;

    public async Task<Outcome<DeviceGroup>> CreateAsync(AccessScope scope, string? name, string? kind, Guid? organizationId, CancellationToken cancellationToken)
    {
        if (kind is "dynamic")
        {
            return Refusal.Invalid("kind_unsupported", "Groups that find their devices by an expression are not there yet. Make a static group and add devices to it.");
        }
        if (kind is not (null or "static"))
        {
            return Refusal.Invalid("kind_invalid", "The kind of a group is static.");
        }
        if (TenantNames.Clean(name) is not { } clean)
        {
            return TenantNames.Invalid();
        }
        if (scope.PartnerId is not { } partnerId)
        {
            return OutOfReach();
        }
        await using var context = database.CreateContext(scope);
        if (organizationId is { } wanted)
        {
            if (await context.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == wanted, cancellationToken) is not { } organization)
            {
                return Refusal.NotFound("organization");
            }
            if (organization.Status == TenantStatus.Closed)
            {
                return Organizations.Refuse(scope with { SiteIds = null }, organization)!;
            }
        }
        else if (scope.OrganizationIds is not null)
        {
            return OutOfReach();
        }
        var now = time.GetUtcNow();
        var group = new DeviceGroup { Id = Guid.CreateVersion7(now), PartnerId = partnerId, OrganizationId = organizationId, Name = clean, Kind = "static", CreatedAt = now, UpdatedAt = now };
        context.Add(group);
        if (await TenantNames.SaveAsync(context, "a group", clean, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "device_group.created", group, new { after = new { name = clean } }, cancellationToken);
        return group;
    }

    public async Task<Outcome<DeviceGroup>> RenameAsync(AccessScope scope, Guid id, string? name, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var (group, refusal) = await FindAsync(context, scope, id, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        if (TenantNames.Clean(name) is not { } clean)
        {
            return TenantNames.Invalid();
        }
        var before = group!.Name;
        group.Name = clean;
        group.UpdatedAt = time.GetUtcNow();
        if (await TenantNames.SaveAsync(context, "a group", clean, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "device_group.updated", group, new { before = new { name = before }, after = new { name = clean } }, cancellationToken);
        return group;
    }

    /// <summary>Removes a group; its devices stay.</summary>
    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var (group, refusal) = await FindAsync(context, scope, id, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        var members = await context.DeviceGroupMembers.CountAsync(m => m.GroupId == id, cancellationToken);
        context.Remove(group!);
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "device_group.removed", group!, new { before = new { name = group!.Name, devices = members } }, cancellationToken);
        return null;
    }

    /// <summary>Adds devices within reach; those that are members already stay so.</summary>
    public async Task<Outcome<GroupChange>> AddAsync(AccessScope scope, Guid id, IReadOnlyCollection<Guid> deviceIds, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var (group, refusal) = await FindAsync(context, scope, id, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        var ids = deviceIds.ToHashSet();
        if (ids.Count is 0 or > MaximumDevices)
        {
            return Refusal.Invalid("device_ids_invalid", $"Name the devices to add, {MaximumDevices} at most.");
        }
        var found = await context.Devices.Where(d => ids.Contains(d.Id)).Select(d => d.OrganizationId).ToListAsync(cancellationToken);
        if (found.Count < ids.Count)
        {
            return new Refusal(RefusalKind.NotFound, "device_not_found", $"{ids.Count - found.Count} of the {ids.Count} devices are not there or not within your reach. None was added.");
        }
        if (group!.OrganizationId is { } organization && found.Count(o => o != organization) is > 0 and var foreign)
        {
            return Refusal.Conflict("device_of_other_organization", $"The group belongs to one organization, and {foreign} of the {ids.Count} devices belong to another. None was added.");
        }
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var insert = new NpgsqlCommand(
            "INSERT INTO device_group_members (group_id, device_id, added_at) SELECT $1, id, $3 FROM unnest($2) AS v (id) ON CONFLICT DO NOTHING", connection)
        {
            Parameters = { new() { Value = id }, new() { Value = ids.ToArray() }, new() { Value = time.GetUtcNow() } },
        };
        var added = await insert.ExecuteNonQueryAsync(cancellationToken);
        await RecordAsync(scope, "device_group.devices_added", group, new { added, device_ids = ids.Take(100) }, cancellationToken);
        return new GroupChange(added);
    }

    public async Task<Outcome<GroupChange>> RemoveAsync(AccessScope scope, Guid id, IReadOnlyCollection<Guid> deviceIds, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var (group, refusal) = await FindAsync(context, scope, id, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        var ids = deviceIds.ToHashSet();
        if (ids.Count is 0 or > MaximumDevices)
        {
            return Refusal.Invalid("device_ids_invalid", $"Name the devices to take out, {MaximumDevices} at most.");
        }
        var removed = await context.DeviceGroupMembers.Where(m => m.GroupId == id && ids.Contains(m.DeviceId)).ExecuteDeleteAsync(cancellationToken);
        await RecordAsync(scope, "device_group.devices_removed", group!, new { removed, device_ids = ids.Take(100) }, cancellationToken);
        return new GroupChange(removed);
    }

    static async Task<(DeviceGroup? Group, Refusal? Refusal)> FindAsync(BreezeDbContext context, AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        var group = await context.DeviceGroups.SingleOrDefaultAsync(g => g.Id == id, cancellationToken);
        return group is null ? (null, Refusal.NotFound("device_group"))
            : group.OrganizationId is null && scope.OrganizationIds is not null ? (group, OutOfReach())
            : (group, null);
    }

    static Refusal OutOfReach() => Refusal.Forbidden("reach_too_narrow",
        "A group across organizations belongs to those who reach all of them. Make one for an organization of yours.");

    Task RecordAsync(AccessScope scope, string action, DeviceGroup group, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "device_group", group.Id.ToString())
        {
            PartnerId = group.PartnerId, OrganizationId = group.OrganizationId, Detail = JsonSerializer.Serialize(detail),
        }, cancellationToken);
}
