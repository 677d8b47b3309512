using System.Globalization;
using System.Linq.Expressions;
using Breeze.Core.Devices;
using Breeze.Core.Storage;
using Breeze.Web.Frame;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>Reads pages of the device list: filter, order and place in the database, so that it is as quick at 100,000 devices as at ten.</summary>
public sealed class DeviceList(BreezeDbContext database, LatestReadings readings, TenantView tenant)
{
    public const int PageSize = 50;

    static readonly string[] Metrics = ["system.cpu.utilization", "system.memory.utilization"];

    public async Task<(IReadOnlyList<DeviceRow> Rows, string? Next)> PageAsync(DeviceFilter filter, CancellationToken cancellationToken)
    {
        var devices = Filtered(filter);
        var descending = filter.Order[0] == '-';
        var ordered = filter.Order.TrimStart('-') switch
        {
            "seen" => After(devices, d => d.Presence!.LastSeenAt ?? DateTimeOffset.UnixEpoch, filter.Cursor, descending, ParseTime),
            "status" => After(devices, d => d.Status, filter.Cursor, descending, key => key),
            "os" => After(devices, d => d.OsFamily + " " + d.OsName + " " + d.OsVersion, filter.Cursor, descending, key => key),
            _ => After(devices, d => d.Hostname.ToLower(), filter.Cursor, descending, key => key),
        };
        var rows = await ReadAsync(ordered.Take(PageSize + 1), cancellationToken);
        if (rows.Count <= PageSize)
        {
            return (rows, null);
        }
        var last = rows[PageSize - 1];
        var key = filter.Order.TrimStart('-') switch
        {
            "seen" => (last.LastSeenAt ?? DateTimeOffset.UnixEpoch).UtcTicks.ToString(CultureInfo.InvariantCulture),
            "status" => last.Status,
            "os" => last.Os,
            _ => last.Hostname.ToLowerInvariant(),
        };
        return ([.. rows.Take(PageSize)], PlaceInList.Encode(key, last.Id));
    }

    public Task<int> CountAsync(DeviceFilter filter, CancellationToken cancellationToken) => Filtered(filter).CountAsync(cancellationToken);

    /// <summary>The rows of devices that are on a screen already.</summary>
    public Task<List<DeviceRow>> ByIdAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        ReadAsync(database.Devices.Where(d => ids.Contains(d.Id)).OrderBy(d => d.Id), cancellationToken);

    async Task<List<DeviceRow>> ReadAsync(IQueryable<Device> devices, CancellationToken cancellationToken)
    {
        var rows = await devices.Select(d => new DeviceRow
        {
            Id = d.Id,
            Name = d.DisplayName ?? d.Hostname,
            Hostname = d.Hostname,
            Status = d.Status,
            OsFamily = d.OsFamily,
            Os = d.OsFamily + " " + d.OsName + " " + d.OsVersion,
            Organization = database.Organizations.Where(o => o.Id == d.OrganizationId).Select(o => o.Name).FirstOrDefault() ?? "",
            Site = database.Sites.Where(s => s.Id == d.SiteId).Select(s => s.Name).FirstOrDefault() ?? "",
            AgentVersion = d.AgentVersion,
            LastSeenAt = d.Presence!.LastSeenAt,
            LiveSince = d.Presence!.LiveSince,
        }).ToListAsync(cancellationToken);
        var values = await readings.ReadAsync([.. rows.Select(r => r.Id)], Metrics, cancellationToken);
        return [.. rows.Select(row => values.TryGetValue(row.Id, out var v) && row.IsCurrent ? row with { Cpu = v[0], Memory = v[1] } : row)];
    }

    IQueryable<Device> Filtered(DeviceFilter filter)
    {
        IQueryable<Device> devices = database.Devices.AsNoTracking();
        if (tenant.SiteId is { } site)
        {
            devices = devices.Where(d => d.SiteId == site);
        }
        else if (tenant.OrganizationId is { } organization)
        {
            devices = devices.Where(d => d.OrganizationId == organization);
        }
        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var pattern = Like.Containing(filter.Text);
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
        if (filter.Group is { } group)
        {
            devices = devices.Where(d => database.DeviceGroupMembers.Any(m => m.GroupId == group && m.DeviceId == d.Id));
        }
        return devices;
    }

    /// <summary>Orders by a key and the id, and skips to behind the cursor by comparing that pair, not by counting rows.</summary>
    static IQueryable<Device> After<TKey>(
        IQueryable<Device> devices, Expression<Func<Device, TKey>> key, string? cursor, bool descending, Func<string, TKey?> parse)
    {
        if (PlaceInList.TryDecode(cursor, out var text, out var id) && parse(text) is { } place)
        {
            var device = key.Parameters[0];
            var create = typeof(ValueTuple).GetMethods().Single(m => m.Name == nameof(ValueTuple.Create) && m.GetGenericArguments().Length == 2)
                .MakeGenericMethod(typeof(TKey), typeof(Guid));
            Expression<Func<(TKey, Guid)>> there = () => ValueTuple.Create(place, id);
            var pair = Expression.Call(create, key.Body, Expression.Property(device, nameof(Device.Id)));
            var compare = typeof(NpgsqlDbFunctionsExtensions).GetMethod(
                descending ? nameof(NpgsqlDbFunctionsExtensions.LessThan) : nameof(NpgsqlDbFunctionsExtensions.GreaterThan),
                [typeof(DbFunctions), typeof(System.Runtime.CompilerServices.ITuple), typeof(System.Runtime.CompilerServices.ITuple)])!;
            var condition = Expression.Call(
                compare, Expression.Constant(EF.Functions),
                Expression.Convert(pair, typeof(System.Runtime.CompilerServices.ITuple)),
                Expression.Convert(there.Body, typeof(System.Runtime.CompilerServices.ITuple)));
            devices = devices.Where(Expression.Lambda<Func<Device, bool>>(condition, device));
        }
        return descending ? devices.OrderByDescending(key).ThenByDescending(d => d.Id) : devices.OrderBy(key).ThenBy(d => d.Id);
    }

    static DateTimeOffset ParseTime(string key) =>
        long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(ticks, TimeSpan.Zero) : DateTimeOffset.UnixEpoch;
}
