using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Core.Transport;
using Npgsql;

namespace Breeze.Core.Devices;

/// <summary>
/// From the <c>event-log</c> document to <c>device_log_entries</c>. A document holds the newest entries, so most of them are known: an entry's id is made
/// of what the device calls it, and one that is there stays as it is.
/// </summary>
public sealed class LogProjection : IInventoryProjection
{
    const int Most = 1000;
    static readonly TimeSpan Oldest = TimeSpan.FromDays(InventoryRetention.LogDays);

    const string Sql =
        """
        INSERT INTO device_log_entries (device_id, at, id, source, level, event_code, message)
        SELECT $1, at, id, source, level, event_code, message FROM unnest($2, $3, $4, $5, $6, $7) AS n (at, id, source, level, event_code, message)
        ON CONFLICT DO NOTHING
        """;

    public string Kind => "event-log";

    public async Task ApplyAsync(NpgsqlConnection connection, InventoryDocument document, CancellationToken cancellationToken)
    {
        var entries = document.Root.Items("entries", Most).Select(item => Read(document, item)).OfType<LogItem>().DistinctBy(e => e.Id).ToList();
        var added = await Arrays.RunAsync(
            connection, Sql, cancellationToken, new() { Value = document.DeviceId }, Arrays.Of(entries, e => (DateTimeOffset?)e.At), Arrays.Of(entries, e => e.Id),
            Arrays.Of(entries, e => e.Source), Arrays.Of(entries, e => e.Level), Arrays.Of(entries, e => e.EventCode), Arrays.Of(entries, e => e.Message));
        if (added > 0)
        {
            await InventoryBounds.TrimLogAsync(connection, document.DeviceId, cancellationToken);
        }
    }

    static LogItem? Read(InventoryDocument document, JsonElement item) =>
        item.Text("id", 256) is { } name && item.Text("message", 4000) is { } message
            && item.Time("at", document.ReceivedAt) is { } at && at > document.ReceivedAt - Oldest
                ? new LogItem(
                    Id(document.DeviceId, name), at, item.Text("source", 256) ?? "", item.OneOf("level", "critical", "error", "warning") ?? "info",
                    item.Text("event_code", 64), message)
                : null;

    static Guid Id(Guid deviceId, string name) => new(SHA256.HashData([.. deviceId.ToByteArray(), .. Encoding.UTF8.GetBytes(name)]).AsSpan(0, 16));
}
