using Breeze.Integration.Tests.Support;
using Npgsql;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Alerts as the engine leaves them, without waiting for one. It leaves them alone: as far as it knows, they were judged later than anything that it comes to.</summary>
static class SeededAlerts
{
    /// <summary>A rule that nothing meets, and alerts of it.</summary>
    public static async Task<Guid[]> AddAsync(SharedServer shared, Guid deviceId, int count, string status = "firing", string severity = "warning")
    {
        var token = TestContext.Current.CancellationToken;
        await using var connection = await shared.Database.System.OpenConnectionAsync(token);
        await using var command = new NpgsqlCommand(
            """
            WITH d AS (SELECT id, partner_id, organization_id FROM devices WHERE id = $1),
            r AS (INSERT INTO alert_rules (id, partner_id, organization_id, name, severity, condition) SELECT gen_random_uuid(), partner_id, organization_id, gen_random_uuid()::text, $4, 'cpu.percent > 1000' FROM d RETURNING id)
            INSERT INTO alerts (id, partner_id, organization_id, rule_id, device_id, label, severity, status, title, started_at, fired_at, evaluated_at)
            SELECT breeze_uuid7(), d.partner_id, d.organization_id, r.id, d.id, 'n="' || n || '"', $4, $3, 'Seeded ' || n || ' of ' || d.id, now() - interval '2 hours',
                CASE WHEN $3 <> 'pending' THEN now() - make_interval(mins => n) END, now() + interval '1 hour' FROM d, r, generate_series(1, $2) AS n RETURNING id
            """, connection)
        {
            Parameters = { new() { Value = deviceId }, new() { Value = count }, new() { Value = status }, new() { Value = severity } },
        };
        var ids = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            ids.Add(reader.GetGuid(0));
        }
        return [.. ids];
    }
}
