using System.Text.Json;
using Breeze.Core.Devices;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Devices;

/// <summary>Reads the lists of a device's tabs, a page at a time.</summary>
public sealed class InventoryTabs(BreezeDbContext database, DeviceInventoryQueries queries, FleetInventoryQueries fleet, AccessScope scope)
{
    const int Size = 100;

    public async Task<InventoryList> ReadAsync(InventoryTab tab, Guid deviceId, string? text, string? cursor, CancellationToken cancellationToken)
    {
        var list = await HeadAsync(new InventoryList(tab, deviceId, text), cancellationToken);
        var pattern = InventoryEndpoints.Pattern(text);
        // A place that somebody has changed is the start.
        string[]? After(int parts) => KeyCursor.TryDecode(cursor, parts, out var key) ? key : null;
        switch (tab.Name)
        {
            case "software":
                var software = await queries.SoftwareAsync(scope, deviceId, pattern, After(3), Size + 1, cancellationToken);
                return list with { Software = Cut(software), Next = Next(software, s => [s.Name, s.Version, s.Source]) };
            case "services":
                var services = await queries.ServicesAsync(scope, deviceId, pattern, After(1), Size + 1, cancellationToken);
                return list with { Services = Cut(services), Next = Next(services, s => [s.Name]) };
            case "updates":
                var updates = await queries.UpdatesAsync(scope, deviceId, pattern, After(4), Size + 1, cancellationToken);
                return list with { Updates = Cut(updates), Next = Next(updates, u => [u.IsSecurity ? "0" : "1", u.Name, u.AvailableVersion, u.Source]) };
            case "events":
                var log = await queries.LogAsync(scope, deviceId, pattern, null, InventoryEndpoints.LogPlace(After(2)), Size + 1, cancellationToken);
                return list with { Log = Cut(log), Next = Next(log, InventoryEndpoints.LogKey) };
            default:
                var changes = await fleet.ChangesAsync(
                    scope, deviceId, null, null, pattern, After(1) is [var id] && Guid.TryParse(id, out var before) ? before : null, Size + 1, cancellationToken);
                return list with { Changes = Cut(changes), Next = Next(changes, c => [c.Id.ToString("n")]) };
        }
    }

    public Task<List<SessionItem>> SessionsAsync(Guid deviceId, CancellationToken cancellationToken) =>
        queries.SessionsAsync(scope, deviceId, null, null, 20, cancellationToken);

    async Task<InventoryList> HeadAsync(InventoryList list, CancellationToken cancellationToken)
    {
        if (list.Tab.Kind.Length == 0)
        {
            return list;
        }
        var received = await database.Inventory.Where(i => i.DeviceId == list.DeviceId && i.Kind == list.Tab.Kind).Select(i => (DateTimeOffset?)i.ReceivedAt).FirstOrDefaultAsync(cancellationToken);
        var restart = list.Tab.Name == "updates" && received is not null
            && await database.Inventory.Where(i => i.DeviceId == list.DeviceId && i.Kind == "patches").Select(i => i.Document).FirstAsync(cancellationToken) is { } document && Restart(document);
        return list with { ReceivedAt = received, NeedsRestart = restart };
    }

    static bool Restart(string document)
    {
        using var json = JsonDocument.Parse(document);
        return json.RootElement.TryGetProperty("restart_required", out var value) && value.ValueKind == JsonValueKind.True;
    }

    static IReadOnlyList<T> Cut<T>(List<T> rows) => rows.Count > Size ? rows[..Size] : rows;

    static string? Next<T>(List<T> rows, Func<T, string[]> key) => rows.Count > Size ? KeyCursor.Encode(key(rows[Size - 1])) : null;
}
