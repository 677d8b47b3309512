using System.Text.Json;
using Breeze.Core.Distribution;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Breeze.PluginHost;

namespace Breeze.Core.Expressions;

/// <summary>What the plugins of this install add to the language: metrics, and members of inventory documents.</summary>
static class PluginFields
{
    /// <summary>Of all plugins together; those of the plugins that come first.</summary>
    const int MaximumInventoryFields = 1000;

    /// <summary>How many packages are looked through, the active ones first: older ones only tell why a name is gone.</summary>
    const int MaximumPackages = 500;

    /// <summary>The fields, and the names that were some, each with a sentence that says why it is none now.</summary>
    public static async Task<(IReadOnlyList<ExpressionField> Fields, IReadOnlyList<KeyValuePair<string, string>> Gone)> ReadAsync(Database database, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        List<ExpressionField> metrics = [], inventory = [];
        await using (var command = new Npgsql.NpgsqlCommand("SELECT name, unit, title, description, labels, kind FROM metric_definitions ORDER BY name", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                metrics.Add(FieldSources.Metric(reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3), reader.GetFieldValue<string[]>(4), reader.GetString(5) == "counter"));
            }
        }
        List<KeyValuePair<string, string>> gone = [];
        await using (var command = new Npgsql.NpgsqlCommand(
            $"""
            SELECT k.name, k.catalog -> 'inventory', p.active_hash = k.hash, p.enabled FROM plugin_packages k JOIN plugins p ON p.id = k.plugin_id
            WHERE jsonb_typeof(k.catalog -> 'inventory') = 'array' AND k.catalog -> 'inventory' <> '[]'
            ORDER BY (p.active_hash = k.hash AND p.enabled) DESC, p.active_hash = k.hash DESC, p.id, k.imported_at DESC LIMIT {MaximumPackages}
            """, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var (name, isActive, isEnabled) = (AgentText.Clean(reader.GetString(0), 80), reader.GetBoolean(2), reader.GetBoolean(3));
                var fields = InventoryFields.Of(name, JsonSerializer.Deserialize<List<CatalogInventory>>(reader.GetString(1), PackageJson.Options) ?? []);
                if (isActive && isEnabled)
                {
                    inventory.AddRange(fields.Take(MaximumInventoryFields - inventory.Count));
                    continue;
                }
                var why = isEnabled ? $"which no longer has it in the version that is installed." : "which is switched off. Switch it on under Plugins, or ask for something else.";
                gone.AddRange(fields.Take(MaximumInventoryFields).Select(f => KeyValuePair.Create(f.Name, $"`{f.Name}` comes from the plugin “{name}”, {why}")));
            }
        }
        return ([.. metrics, .. inventory], gone);
    }
}
