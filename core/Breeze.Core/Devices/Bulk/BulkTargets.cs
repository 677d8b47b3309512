using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Devices.Bulk;

/// <summary>Finds the devices of an action under the scope of who asks.</summary>
public sealed class BulkTargets(ExpressionEngine expressions)
{
    public const int MaximumIds = 10_000;
    public const int MaximumDevices = 200_000;

    public sealed record Found(IReadOnlyList<(Guid Id, Guid OrganizationId)> Devices, string Target);

    public async Task<Outcome<Found>> ResolveAsync(BreezeDbContext context, IReadOnlyCollection<Guid>? deviceIds, BulkFilter? filter, CancellationToken cancellationToken)
    {
        if (deviceIds is null == filter is null)
        {
            return Refusal.Invalid("target_invalid", "Name either device_ids or a filter. An empty filter means all devices within your reach.");
        }
        return filter is null ? await ByIdAsync(context, deviceIds!, cancellationToken) : await ByFilterAsync(context, filter, cancellationToken);
    }

    static async Task<Outcome<Found>> ByIdAsync(BreezeDbContext context, IReadOnlyCollection<Guid> deviceIds, CancellationToken cancellationToken)
    {
        var ids = deviceIds.ToHashSet();
        if (ids.Count is 0 or > MaximumIds)
        {
            return Refusal.Invalid("device_ids_invalid", $"Name the devices, {MaximumIds} at most; for more of them use a filter.");
        }
        var found = await ReadAsync(context.Devices.Where(d => ids.Contains(d.Id)), cancellationToken);
        return found.Count < ids.Count
            ? new Refusal(RefusalKind.NotFound, "device_not_found", $"{ids.Count - found.Count} of the {ids.Count} devices are not there or not within your reach. Nothing was started.")
            : new Found(found, "");
    }

    async Task<Outcome<Found>> ByFilterAsync(BreezeDbContext context, BulkFilter filter, CancellationToken cancellationToken)
    {
        var devices = context.Devices.AsQueryable();
        if (!string.IsNullOrWhiteSpace(filter.Expression))
        {
            var result = await expressions.ParseAsync(filter.Expression, cancellationToken);
            if (!result.IsValid)
            {
                return Refusal.Invalid("expression_invalid", $"{result.Error.Message} (at character {result.Error.Column})");
            }
            devices = expressions.Filter(context, result.Expression);
        }
        if (filter.SiteId is { } site)
        {
            devices = devices.Where(d => d.SiteId == site);
        }
        if (filter.OrganizationId is { } organization)
        {
            devices = devices.Where(d => d.OrganizationId == organization);
        }
        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var pattern = $"%{filter.Text.Trim().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
            devices = devices.Where(d => EF.Functions.ILike(d.Hostname, pattern, @"\") || EF.Functions.ILike(d.DisplayName!, pattern, @"\"));
        }
        if (!string.IsNullOrEmpty(filter.Status))
        {
            devices = devices.Where(d => d.Status == filter.Status);
        }
        if (!string.IsNullOrEmpty(filter.System))
        {
            devices = devices.Where(d => d.OsFamily == filter.System);
        }
        if (filter.GroupId is { } group)
        {
            devices = devices.Where(d => context.DeviceGroupMembers.Any(m => m.GroupId == group && m.DeviceId == d.Id));
        }
        var found = await ReadAsync(devices.Take(MaximumDevices + 1), cancellationToken);
        return found.Count switch
        {
            0 => Refusal.Invalid("no_device_matches", "No device matches now. Look at the list again."),
            > MaximumDevices => Refusal.Invalid("too_many_devices", $"More than {MaximumDevices} devices match. Narrow the filter and do it in parts."),
            _ => new Found(found, filter.Describe() is { Length: <= 4000 } text ? text : filter.Describe()[..4000]),
        };
    }

    static async Task<IReadOnlyList<(Guid Id, Guid OrganizationId)>> ReadAsync(IQueryable<Device> devices, CancellationToken cancellationToken)
    {
        var rows = await devices.AsNoTracking().Select(d => new { d.Id, d.OrganizationId }).ToListAsync(cancellationToken);
        return [.. rows.Select(r => (r.Id, r.OrganizationId))];
    }
}
