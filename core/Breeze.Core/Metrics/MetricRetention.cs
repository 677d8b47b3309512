using Breeze.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Metrics;

/// <summary>
/// Removes readings and rollups that their partner no longer keeps. Partitions go as a whole when no partner needs them; the rows of a
/// partner that keeps less than others are deleted, a few devices at a time.
/// </summary>
public sealed class MetricRetention(Database database, TimeProvider time)
{
    const int DevicesAtOnce = 200;

    // Readings come up to three days late, to where others were removed already.
    const int LateDays = 4;

    static readonly (string Tier, string Table, string Column)[] Tiers =
    [
        ("raw", "device_metrics", "metric_retention_days"), ("5m", "metric_rollups_5m", "five_minute_retention_days"),
        ("1h", "metric_rollups_1h", "hourly_retention_days"), ("1d", "metric_rollups_1d", "daily_retention_days"),
    ];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        foreach (var (tier, table, column) in Tiers)
        {
            var partners = await PartnersAsync(tier, column, cancellationToken);
            var longest = partners.Count == 0 ? 90 : partners.Max(p => p.Days);
            await DropAsync(tier, today.AddDays(-longest), cancellationToken);
            foreach (var (id, days, trimmed) in partners.Where(p => p.Days < longest))
            {
                var until = today.AddDays(-days);
                if (trimmed is null || trimmed < until)
                {
                    await TrimAsync(id, table, trimmed?.AddDays(-LateDays), until, cancellationToken);
                    await RememberAsync(id, tier, until, cancellationToken);
                }
            }
        }
    }

    async Task<List<(Guid Id, int Days, DateOnly? Trimmed)>> PartnersAsync(string tier, string column, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            $"SELECT p.id, p.{column}, t.trimmed_until FROM partners p LEFT JOIN metric_trims t ON t.partner_id = p.id AND t.tier = $1");
        command.Parameters.Add(new() { Value = tier });
        var partners = new List<(Guid, int, DateOnly?)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            partners.Add((reader.GetGuid(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateOnly>(2)));
        }
        return partners;
    }

    async Task DropAsync(string tier, DateOnly before, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            tier == "raw" ? "SELECT breeze_drop_metric_partitions($1)" : "SELECT breeze_drop_rollup_partitions($2, $1)");
        command.Parameters.Add(new() { Value = before, NpgsqlDbType = NpgsqlDbType.Date });
        if (tier != "raw")
        {
            command.Parameters.Add(new() { Value = tier });
        }
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task TrimAsync(Guid partner, string table, DateOnly? from, DateOnly until, CancellationToken cancellationToken)
    {
        Guid? after = null;
        while (true)
        {
            var devices = new List<Guid>();
            await using (var page = database.System.CreateCommand("SELECT id FROM devices WHERE partner_id = $1 AND ($2 IS NULL OR id > $2) ORDER BY id LIMIT $3"))
            {
                page.Parameters.Add(new() { Value = partner });
                page.Parameters.Add(new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
                page.Parameters.Add(new() { Value = DevicesAtOnce });
                await using var reader = await page.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    devices.Add(reader.GetGuid(0));
                }
            }
            if (devices.Count == 0)
            {
                return;
            }
            after = devices[^1];
            await using var delete = database.System.CreateCommand($"DELETE FROM {table} WHERE device_id = ANY ($1) AND at >= $2 AND at < $3");
            delete.Parameters.Add(new() { Value = devices.ToArray() });
            delete.Parameters.Add(Midnight(from ?? new DateOnly(1970, 1, 1)));
            delete.Parameters.Add(Midnight(until));
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    async Task RememberAsync(Guid partner, string tier, DateOnly until, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            """
            INSERT INTO metric_trims (partner_id, tier, trimmed_until) SELECT id, $2, $3 FROM partners WHERE id = $1
            ON CONFLICT (partner_id, tier) DO UPDATE SET trimmed_until = $3
            """);
        command.Parameters.Add(new() { Value = partner });
        command.Parameters.Add(new() { Value = tier });
        command.Parameters.Add(new() { Value = until, NpgsqlDbType = NpgsqlDbType.Date });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static NpgsqlParameter Midnight(DateOnly day) =>
        new() { Value = new DateTime(day, TimeOnly.MinValue, DateTimeKind.Utc), NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
