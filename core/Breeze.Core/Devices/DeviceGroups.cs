using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>Groups of devices, of one organization or across the partner's: lists, or those that an expression finds.</summary>
public sealed class DeviceGroups(Database database, DynamicGroups dynamic, IAuditLog audit, TimeProvider time)
{
    public const int MaximumDevices = 10_000;

    public async Task<Outcome<DeviceGroup>> CreateAsync(AccessScope scope, string? name, string? kind, string? expression, Guid? organizationId, CancellationToken cancellationToken)
    {
        if (kind is not (null or "static" or "dynamic"))
        {
            return Refusal.Invalid("kind_invalid", "The kind of a group is static or dynamic.");
        }
        if (kind is not "dynamic" && !string.IsNullOrWhiteSpace(expression))
        {
            return Refusal.Invalid("expression_unexpected", "A static group has no expression. Make it dynamic, or leave the expression out.");
        }
        string? normal = null;
        if (kind is "dynamic")
        {
            var result = await dynamic.ParseAsync(expression, cancellationToken);
            if (!result.IsValid)
            {
                return Invalid(result.Error);
            }
            normal = result.Expression.Text;
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
        var group = new DeviceGroup { Id = Guid.CreateVersion7(now), PartnerId = partnerId, OrganizationId = organizationId, Name = clean, Kind = kind ?? "static", Expression = normal, CreatedAt = now, UpdatedAt = now };
        context.Add(group);
        if (await TenantNames.SaveAsync(context, "a group", clean, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "device_group.created", group, new { after = new { name = clean, expression = normal } }, cancellationToken);
        if (normal is not null)
        {
            await dynamic.EvaluateAsync(group.Id, cancellationToken);
        }
        return group;
    }

    /// <summary>Changes what is given; null leaves it.</summary>
    public async Task<Outcome<DeviceGroup>> UpdateAsync(AccessScope scope, Guid id, string? name, string? expression, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var (group, refusal) = await FindAsync(context, scope, id, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        if (TenantNames.Clean(name ?? group!.Name) is not { } clean)
        {
            return TenantNames.Invalid();
        }
        var before = new { name = group!.Name, expression = group.Expression };
        if (expression is not null)
        {
            if (group.Kind != "dynamic")
            {
                return Refusal.Conflict("group_static", "This group is a list of devices and has no expression. Make a dynamic group for one.");
            }
            var result = await dynamic.ParseAsync(expression, cancellationToken);
            if (!result.IsValid)
            {
                return Invalid(result.Error);
            }
            group.Expression = result.Expression.Text;
        }
        group.Name = clean;
        group.UpdatedAt = time.GetUtcNow();
        if (await TenantNames.SaveAsync(context, "a group", clean, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "device_group.updated", group, new { before, after = new { name = clean, expression = group.Expression } }, cancellationToken);
        if (group.Expression is not null && group.Expression != before.expression)
        {
            await dynamic.EvaluateAsync(id, cancellationToken);
        }
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
        if ((refusal ?? RefuseDynamic(group!)) is { } refused)
        {
            return refused;
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
        if ((refusal ?? RefuseDynamic(group!)) is { } refused)
        {
            return refused;
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

    static Refusal? RefuseDynamic(DeviceGroup group) => group.Kind != "dynamic" ? null
        : Refusal.Conflict("group_dynamic", "The members of this group are found by its expression. Change the expression, or make a static group to pick devices by hand.");

    /// <summary>With the place, for those who see only the sentence.</summary>
    static Refusal Invalid(ExpressionError error) => Refusal.Invalid("expression_invalid", $"{error.Message} (at character {error.Column})");

    static Refusal OutOfReach() => Refusal.Forbidden("reach_too_narrow",
        "A group across organizations belongs to those who reach all of them. Make one for an organization of yours.");

    Task RecordAsync(AccessScope scope, string action, DeviceGroup group, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "device_group", group.Id.ToString())
        {
            PartnerId = group.PartnerId, OrganizationId = group.OrganizationId, Detail = JsonSerializer.Serialize(detail),
        }, cancellationToken);
}
