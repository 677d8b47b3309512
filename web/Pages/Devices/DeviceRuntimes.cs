using System.Text.Json;
using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>Which script runtimes a device has: those of the plugins that its agent says are active.</summary>
public sealed class DeviceRuntimes(BreezeDbContext database)
{
    const string Prefix = "runtime:";

    public async Task<IReadOnlyList<string>> OfAsync(Guid deviceId, CancellationToken cancellationToken)
    {
        var catalogs = await (from p in database.DevicePlugins
                              join k in database.PluginPackages on p.Hash equals k.Hash
                              where p.DeviceId == deviceId && p.State == "active"
                              select k.Catalog).ToListAsync(cancellationToken);
        return [.. catalogs.SelectMany(Provided).Distinct().Order(StringComparer.Ordinal)];
    }

    static List<string> Provided(string catalog)
    {
        using var json = JsonDocument.Parse(catalog);
        return json.RootElement.TryGetProperty("provides", out var provides) && provides.ValueKind == JsonValueKind.Array
            ? [.. provides.EnumerateArray().Select(p => p.GetString() ?? "").Where(p => p.StartsWith(Prefix, StringComparison.Ordinal)).Select(p => p[Prefix.Length..])]
            : [];
    }
}
