using Breeze.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Metrics;

/// <summary>The daily partitions of <c>device_metrics</c>.</summary>
public static class MetricPartitions
{
    /// <summary>The table of a day.</summary>
    public static string NameOf(DateOnly day) => $"device_metrics_{day:yyyyMMdd}";

    public static DateOnly DayOf(long unixMs) => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime);

    public static async Task EnsureAsync(Database database, DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("SELECT breeze_ensure_metric_partition($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = day, NpgsqlDbType = NpgsqlDbType.Date });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Drops the partitions of days before the given one; answers how many.</summary>
    public static async Task<int> DropBeforeAsync(Database database, DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("SELECT breeze_drop_metric_partitions($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = day, NpgsqlDbType = NpgsqlDbType.Date });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
