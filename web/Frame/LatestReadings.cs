using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Web.Frame;

/// <summary>The last values of a few metrics for a page of devices, in one query.</summary>
public sealed class LatestReadings(Database database, LayoutStore layouts, AccessScope scope)
{
    /// <summary>The values in the order of the names; NaN where a device did not report one in the last day.</summary>
    public async Task<Dictionary<Guid, double[]>> ReadAsync(IReadOnlyCollection<Guid> devices, string[] names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, double[]>();
        if (devices.Count == 0)
        {
            return found;
        }
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT d.id, m.layout_id, m.metric_values
            FROM unnest($1) AS d (id)
            CROSS JOIN LATERAL (
                SELECT layout_id, metric_values FROM device_metrics
                WHERE device_id = d.id AND at > now() - interval '1 day' ORDER BY at DESC LIMIT 1) AS m
            """, connection)
        {
            Parameters = { new() { Value = devices.ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (await layouts.FindAsync(reader.GetInt32(1), cancellationToken) is not { } layout)
            {
                continue;
            }
            var values = reader.GetFieldValue<double[]>(2);
            found[reader.GetGuid(0)] = Array.ConvertAll(names, name =>
            {
                var index = Array.IndexOf(layout.Names, name);
                return index >= 0 && index < values.Length ? values[index] : double.NaN;
            });
        }
        return found;
    }
}
