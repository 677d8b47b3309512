using System.Globalization;
using System.Text.Json;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>maintenance.on</c>: <c>{ "until": "2026-05-01T18:00:00Z" }</c>; without an end until somebody ends it.</summary>
public sealed class StartMaintenance(DeviceEvents events, TimeProvider time) : IBulkActionKind
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public string Name => "maintenance.on";

    public string Permission => Permissions.DevicesWrite;

    public string Label => "Start maintenance";

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? until = null;
        if (parameters.TryGetProperty("until", out var given) && given.ValueKind != JsonValueKind.Null)
        {
            if (given.ValueKind != JsonValueKind.String || !given.TryGetDateTimeOffset(out var at) || at <= now || at > now + Longest)
            {
                return Task.FromResult<Outcome<BulkPlan>>(Refusal.Invalid("until_invalid", "The end of maintenance is a time in the future, within a year, such as 2026-05-01T18:00:00Z; or leave it out."));
            }
            until = at.ToUniversalTime();
        }
        var title = until is { } end ? string.Create(CultureInfo.InvariantCulture, $"Maintenance until {end:yyyy-MM-dd HH:mm} UTC") : "Start maintenance";
        return Task.FromResult<Outcome<BulkPlan>>(new BulkPlan(title, until is null ? "{}" : JsonSerializer.Serialize(new { until })));
    }

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) => DeviceUpdates.RunAsync(
        connection, "UPDATE devices SET status = 'maintenance', maintenance_until = $2, updated_at = now() WHERE id = ANY ($1) AND status <> 'quarantined' RETURNING id",
        deviceIds, "The device is gone or in quarantine.", "skipped", cancellationToken,
        new NpgsqlParameter
        {
            Value = parameters.TryGetProperty("until", out var until) ? until.GetDateTimeOffset().ToUniversalTime() : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz,
        });

    public Task CommittedAsync(BulkAction action, IReadOnlyList<BulkItemResult> results, CancellationToken cancellationToken)
    {
        foreach (var result in results.Where(r => r.State == "done"))
        {
            events.StatusChanged(result.DeviceId, DeviceStatus.Maintenance);
        }
        return Task.CompletedTask;
    }
}
