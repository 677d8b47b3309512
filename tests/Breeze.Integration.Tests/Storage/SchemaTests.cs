using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Policies;
using Breeze.Features.Scripts;
using Breeze.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Storage;

/// <summary>Reads the live schema, so that a new table cannot forget what every table needs.</summary>
public sealed class SchemaTests(PostgresFixture postgres)
{
    static readonly string[] SpecifiedTables =
    [
        "partners", "organizations", "sites", "users", "partner_users", "organization_users", "roles", "devices", "device_hardware", "device_network",
        "device_metrics", "device_software", "device_groups", "scripts", "script_executions", "automations", "automation_runs", "policies",
        "policy_compliance", "alert_rules", "alerts", "notification_channels", "remote_sessions", "audit_logs",
    ];

    [Fact]
    public async Task Every_specified_table_exists()
    {
        var tables = await ReadAsync("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'");
        SpecifiedTables.Except(tables).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_table_has_forced_row_level_security_and_a_policy()
    {
        var bare = await ReadAsync(
            """
            SELECT c.relname::text FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '__ef_migrations_history'
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
            """);
        bare.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_application_role_can_only_touch_tables_with_a_policy_of_its_own()
    {
        var open = await ReadAsync(
            """
            SELECT c.relname::text FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND has_table_privilege('breeze_app', c.oid, 'SELECT')
              AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND 'breeze_app'::regrole = ANY (p.polroles))
            """);
        open.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_key_to_a_devices_place_follows_the_device_when_it_moves()
    {
        var fixedThere = await ReadAsync(
            """
            SELECT k.conrelid::regclass::text FROM pg_constraint k
            WHERE k.contype = 'f' AND k.confrelid = 'devices'::regclass AND k.confupdtype <> 'c'
              AND (SELECT attnum FROM pg_attribute WHERE attrelid = k.confrelid AND attname = 'organization_id') = ANY (k.confkey)
            """);
        fixedThere.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_runtime_roles_own_nothing_and_bypass_nothing()
    {
        var bad = await ReadAsync(
            """
            SELECT rolname::text FROM pg_roles r WHERE rolname IN ('breeze_app', 'breeze_system')
              AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid))
            """);
        bad.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_mapped_column_exists_with_the_mapped_type_and_nullability()
    {
        await using var database = new Database(await postgres.CreateDatabaseAsync());
        await using var core = database.CreateSystemContext();
        await using var alerting = AlertingDbContext.Create(database, AccessScope.System);
        await using var scripts = ScriptsDbContext.Create(database, AccessScope.System);
        await using var policies = PoliciesDbContext.Create(database, AccessScope.System);
        var columns = await ReadAsync(
            """
            SELECT format('%s.%s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'required' ELSE 'optional' END)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            """);
        var mapped =
            from model in (IModel[])[core.Model, alerting.Model, scripts.Model, policies.Model]
            from entity in model.GetEntityTypes()
            let table = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)!.Value
            from property in entity.GetProperties()
            select $"{table.Name}.{property.GetColumnName(table)} {property.GetColumnType()} {(property.IsNullable ? "optional" : "required")}";
        mapped.Except(columns).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_connection_without_a_scope_reaches_nothing()
    {
        await using var database = new Database(await postgres.CreateDatabaseAsync());
        await using (var system = await database.System.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var insert = new NpgsqlCommand("INSERT INTO partners (id, name, slug) VALUES (gen_random_uuid(), 'Acme', 'acme')", system))
        {
            await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        await using var context = database.CreateContext(Core.Tenancy.AccessScope.None);
        (await context.Partners.IgnoreQueryFilters().CountAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
        await using var all = database.CreateSystemContext();
        (await all.Partners.CountAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    async Task<List<string>> ReadAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await postgres.CreateDatabaseAsync());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(reader.GetString(0));
        }
        return rows;
    }
}
