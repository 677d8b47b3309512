using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Npgsql;
using Xunit;

namespace Breeze.Integration.Tests.Bulk;

/// <summary>Starts bulk actions and waits for their end.</summary>
static class Actions
{
    public const string Path = "/api/v1/bulk-actions";

    public static async Task<JsonElement> RunAsync(this HttpClient client, string kind, object parameters, params Guid[] devices)
    {
        var made = await client.PostJsonAsync(Path, new { kind, parameters, device_ids = devices }, 202);
        return await client.EndedAsync(made.Id());
    }

    public static async Task<JsonElement> EndedAsync(this HttpClient client, Guid id)
    {
        JsonElement action = default;
        await Http.UntilAsync(async () =>
        {
            action = await client.GetJsonAsync($"{Path}/{id}");
            return action.Text("state") is "completed" or "failed" or "cancelled";
        });
        return action;
    }

    public static async Task<JsonElement> ItemAsync(this HttpClient client, JsonElement action) => (await client.GetJsonAsync($"{Path}/{action.Id()}/items")).GetProperty("data")[0];

    /// <summary>Devices that only the database knows.</summary>
    public static async Task<Guid[]> SeedAsync(NpgsqlConnection connection, Guid siteId, int count)
    {
        var ids = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToArray();
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family)
            SELECT v.id, s.partner_id, s.organization_id, s.id, 'bulk-' || v.id, 'bulk-' || v.id, 'linux' FROM unnest($1) AS v (id) CROSS JOIN sites s WHERE s.id = $2
            """, connection) { Parameters = { new() { Value = ids }, new() { Value = siteId } } };
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return ids;
    }
}
