using Breeze.Core.Storage;
using Npgsql;

namespace Breeze.Core.Metrics;

/// <summary>What the plugins' catalogues declare, in one read: a few hundred rows at most.</summary>
static class MetricDefinitions
{
    public const string Sql = "SELECT name, unit, kind, title, description, labels, plugin_id, warning, critical FROM metric_definitions";

    public static async Task<MetricKinds> LoadAsync(Database database, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    public static async Task<MetricKinds> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var definitions = new Dictionary<string, MetricDefinitionRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            definitions[reader.GetString(0)] = new()
            {
                Name = reader.GetString(0), Unit = reader.GetString(1), Kind = reader.GetString(2), Title = reader.IsDBNull(3) ? null : reader.GetString(3),
                Description = reader.GetString(4), Labels = reader.GetFieldValue<string[]>(5), PluginId = reader.GetString(6),
                Warning = reader.IsDBNull(7) ? null : reader.GetDouble(7), Critical = reader.IsDBNull(8) ? null : reader.GetDouble(8),
            };
        }
        return new(definitions);
    }
}
