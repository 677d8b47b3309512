using Breeze.Core.Storage;

namespace Breeze.Features.Alerting.Healing;

/// <summary>The languages for scripts that the install's plugins bring.</summary>
public sealed class ScriptRuntimes(Database database)
{
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            """
            SELECT DISTINCT substr(v.name, 9) FROM plugins p JOIN plugin_packages k ON k.hash = p.active_hash
            CROSS JOIN LATERAL jsonb_array_elements_text(CASE jsonb_typeof(k.catalog -> 'provides') WHEN 'array' THEN k.catalog -> 'provides' ELSE '[]' END) AS v (name)
            WHERE v.name LIKE 'runtime:%' ORDER BY 1
            """);
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }
        return names;
    }
}
