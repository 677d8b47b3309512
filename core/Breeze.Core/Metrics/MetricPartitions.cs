using Breeze.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Metrics;

/// <summary>The daily partitions of <c>device_metrics</c>, and those of the rollups that the day belongs to.</summary>
public static class MetricPartitions
{
    /// <summary>The table of a day.</summary>
    public static string NameOf(DateOnly day) => $"device_metrics_{day:yyyyMMdd}";

    public static DateOnly DayOf(long unixMs) => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime);

    public static async Task EnsureAsync(Database database, DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            "SELECT breeze_ensure_metric_partition($1), breeze_ensure_rollup_partition('5m', $1), breeze_ensure_rollup_partition('1h', $1), breeze_ensure_rollup_partition('1d', $1)");
        command.Parameters.Add(new NpgsqlParameter { Value = day, NpgsqlDbType = NpgsqlDbType.Date });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
