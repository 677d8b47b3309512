using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Storage;

/// <summary>How PostgreSQL goes about the queries of large fleets under the runtime role: the shape of its plans, which is steadier than times.</summary>
public sealed class FleetPlanTests(PostgresFixture postgres)
{
    const int Devices = 20_000;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_and_searches_of_a_large_fleet_are_planned_without_asking_row_by_row()
    {
        await using var database = new Database(await postgres.CreateDatabaseAsync());
        var partner = await SeedAsync(database);
        await using var connection = await database.OpenAsync(new AccessScope { UserId = Guid.CreateVersion7(), PartnerId = partner }, Token);

        // A page of the list comes from an index in its order.
        var list = await ExplainAsync(connection, "SELECT d.* FROM devices d ORDER BY lower(d.hostname), d.id LIMIT 51", []);
        list.ShouldContain("Index Scan using devices_partner_hostname");
        list.ShouldNotContain("Sort");

        foreach (var (text, table) in ((string, string)[])[("serial = \"SN-77\"", "device_hardware"), ("user has \"user77\"", "device_sessions"), ("software(\"program-77\")", "device_software")])
        {
            var plan = await FilterAsync(connection, text);
            plan.ShouldNotContain("SubPlan", customMessage: $"{text}:\n{plan}");
            plan.ShouldNotContain($"Seq Scan on {table}", customMessage: $"{text}:\n{plan}");
        }
        foreach (var text in (string[])["os.family = \"windows\" and cpu.percent > 50", "manufacturer = \"nobody\"", "ip starts_with \"10.0.7.\"", "db-0077"])
        {
            var plan = await FilterAsync(connection, text);
            plan.ShouldNotContain("SubPlan", customMessage: $"{text}:\n{plan}");
        }
    }

    [Fact]
    public async Task Children_go_where_their_device_goes_and_cannot_stand_elsewhere()
    {
        await using var database = new Database(await postgres.CreateDatabaseAsync());
        await MetricPartitions.EnsureAsync(database, DateOnly.FromDateTime(DateTime.UtcNow), Token);
        await using var system = await database.System.OpenConnectionAsync(Token);
        var ours = await Security.SeededTenants.AddAsync(system, Guid.CreateVersion7(), withPartner: true);
        var sibling = await Security.SeededTenants.AddAsync(system, ours.PartnerId, withPartner: false);
        string[] children = ["device_presence", "device_hardware", "device_network", "device_sessions", "device_services", "device_updates", "device_plugins", "device_software", "device_inventory_changes"];

        foreach (var child in children)
        {
            (await ScalarAsync(system, $"SELECT organization_id FROM {child} WHERE device_id = '{ours.DeviceId}'")).ShouldBe(ours.OrganizationId, child);
            // Alone, a row cannot be carried off, not even by the server.
            (await Should.ThrowAsync<PostgresException>(() => ScalarAsync(system, $"UPDATE {child} SET organization_id = '{sibling.OrganizationId}' WHERE device_id = '{ours.DeviceId}'")))
                .SqlState.ShouldBe(PostgresErrorCodes.ForeignKeyViolation, child);
        }
        await ScalarAsync(system, $"UPDATE devices SET organization_id = '{sibling.OrganizationId}', site_id = '{sibling.SiteId}' WHERE id = '{ours.DeviceId}'");
        foreach (var child in children)
        {
            (await ScalarAsync(system, $"SELECT organization_id FROM {child} WHERE device_id = '{ours.DeviceId}'")).ShouldBe(sibling.OrganizationId, child);
        }
        await using var app = await database.OpenAsync(new AccessScope { UserId = ours.UserId, PartnerId = ours.PartnerId, OrganizationIds = [ours.OrganizationId] }, Token);
        foreach (var child in children)
        {
            (await ScalarAsync(app, $"SELECT count(*) FROM {child} WHERE device_id = '{ours.DeviceId}'")).ShouldBe(0L, child);
        }
    }

    static async Task<string> FilterAsync(NpgsqlConnection connection, string text)
    {
        var result = ExpressionEngine.Parse(text, ExpressionCatalog.BuiltIn);
        result.IsValid.ShouldBeTrue(text);
        var parameters = new SqlParameters(DateTimeOffset.UtcNow);
        return await ExplainAsync(connection, $"SELECT d.* FROM devices d WHERE {result.Expression!.ToSql(parameters)} ORDER BY lower(d.hostname), d.id LIMIT 51", parameters.Parameters);
    }

    static async Task<string> ExplainAsync(NpgsqlConnection connection, string sql, IReadOnlyList<NpgsqlParameter> parameters)
    {
        await using var command = new NpgsqlCommand("EXPLAIN " + sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
        {
            lines.Add(reader.GetString(0));
        }
        return string.Join('\n', lines);
    }

    static async Task<Guid> SeedAsync(Database database)
    {
        var partner = Guid.CreateVersion7();
        await using (var system = await database.System.OpenConnectionAsync(Token))
        {
            await ScalarAsync(
                system,
                $"""
                INSERT INTO partners (id, name, slug) VALUES ('{partner}', 'Large', 'large');
                INSERT INTO organizations (id, partner_id, name) SELECT gen_random_uuid(), '{partner}', 'Customer ' || n FROM generate_series(1, 20) AS n;
                INSERT INTO sites (id, partner_id, organization_id, name) SELECT gen_random_uuid(), partner_id, id, 'Site' FROM organizations;
                INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family)
                SELECT breeze_uuid7(), s.partner_id, s.organization_id, s.id, 'db-' || lpad(n::text, 5, '0'), n::text, CASE n % 2 WHEN 0 THEN 'windows' ELSE 'linux' END
                FROM generate_series(1, {Devices}) AS n JOIN (SELECT s.*, row_number() OVER () AS k FROM sites s) AS s ON s.k = 1 + n % 20;
                INSERT INTO device_presence (device_id, last_seen_at, cpu, address) SELECT id, now(), random(), '203.0.113.1' FROM devices;
                INSERT INTO device_hardware (device_id, manufacturer, serial_number) SELECT id, 'QEMU', 'SN-' || machine_id FROM devices;
                INSERT INTO device_sessions (device_id, session, user_name) SELECT id, '1', 'user' || machine_id FROM devices;
                INSERT INTO device_network (device_id, name, addresses) SELECT id, 'eth0', ARRAY['10.0.' || machine_id::integer % 250 || '.' || machine_id::integer / 250] FROM devices;
                INSERT INTO device_software (device_id, name, version) SELECT id, 'program-' || machine_id, '1.0' FROM devices;
                """);
        }
        await using var owner = new NpgsqlConnection(database.ConnectionString);
        await owner.OpenAsync(Token);
        foreach (var table in (string[])["devices", "device_presence", "device_hardware", "device_sessions", "device_network", "device_software"])
        {
            await ScalarAsync(owner, $"ANALYZE {table}");
        }
        return partner;
    }

    static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        return await command.ExecuteScalarAsync(Token);
    }
}
