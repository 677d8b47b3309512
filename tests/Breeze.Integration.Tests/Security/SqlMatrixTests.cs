using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Testing;
using Npgsql;
using NpgsqlTypes;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Security;

/// <summary>
/// Row-level security alone, as it would stand if every query filter and every permission check were wrong: the runtime role tries to read, change, remove,
/// plant and carry off other tenants' rows in every table of the live schema.
/// </summary>
public sealed class SqlMatrixTests(PostgresFixture postgres)
{
    /// <summary>What the platform shares with all, and what belongs to no tenant.</summary>
    static readonly string[] Shared = ["metric_definitions", "metric_layouts", "metric_rollup_progress", "plugins", "plugin_packages", "trusted_publishers", "data_protection_keys", "server_secrets"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_statement_of_the_runtime_role_reaches_another_tenants_row()
    {
        await using var database = new Database(await postgres.CreateDatabaseAsync());
        await MetricPartitions.EnsureAsync(database, DateOnly.FromDateTime(DateTime.UtcNow), Token);
        await using var system = await database.System.OpenConnectionAsync(Token);
        await using (var layout = new NpgsqlCommand("INSERT INTO metric_layouts (hash, names) VALUES ('12345678', '{a}')", system))
        {
            await layout.ExecuteNonQueryAsync(Token);
        }
        var ours = await SeededTenants.AddAsync(system, Guid.CreateVersion7(), withPartner: true);
        var sibling = await SeededTenants.AddAsync(system, ours.PartnerId, withPartner: false);
        var theirs = await SeededTenants.AddAsync(system, Guid.CreateVersion7(), withPartner: true);
        var user = Guid.CreateVersion7();
        (string Name, AccessScope Scope, Seeded[] Foreign)[] principals =
        [
            ("nobody", AccessScope.None, [ours, sibling, theirs]),
            ("all of the partner", new AccessScope { UserId = user, PartnerId = ours.PartnerId }, [theirs]),
            ("one organization", new AccessScope { UserId = user, PartnerId = ours.PartnerId, OrganizationIds = [ours.OrganizationId] }, [sibling, theirs]),
            ("another site", new AccessScope { UserId = user, PartnerId = ours.PartnerId, OrganizationIds = [ours.OrganizationId], SiteIds = [ours.OtherSiteId] }, [sibling, theirs]),
            ("a partner with the other's organization", new AccessScope { UserId = user, PartnerId = ours.PartnerId, OrganizationIds = [theirs.OrganizationId] }, [ours, sibling, theirs]),
            ("no organization", new AccessScope { UserId = user, PartnerId = ours.PartnerId, OrganizationIds = [] }, [ours, sibling, theirs]),
        ];

        var tried = 0;
        var holes = new List<string>();
        foreach (var table in await TablesAsync(system))
        {
            var rows = await RowsAsync(system, table, theirs);
            var columns = await ColumnsAsync(system, table);
            rows.ShouldNotBeEmpty($"{table} has no row of another tenant: add one to SeededTenants");
            foreach (var (name, scope, foreign) in principals)
            {
                foreach (var tenant in foreign)
                {
                    foreach (var row in await RowsAsync(system, table, tenant))
                    {
                        // The partner's own row and its people, roles and names are the partner's, not the organization's.
                        if (tenant.PartnerId == scope.PartnerId && scope.OrganizationIds is not null && table is "partners" or "roles" or "users")
                        {
                            continue;
                        }
                        foreach (var (deed, sql) in Deeds(table, columns, row.Location))
                        {
                            tried++;
                            if (await ReachesAsync(database, scope, sql, row.Json))
                            {
                                holes.Add($"{table}: {name} can {deed}");
                            }
                        }
                    }
                }
            }
            // Our own row is not made theirs.
            foreach (var row in await RowsAsync(system, table, ours))
            {
                foreach (var key in await TenantColumnsAsync(system, table))
                {
                    var value = key switch
                    {
                        "partner_id" => theirs.PartnerId, "organization_id" => theirs.OrganizationId, "site_id" => theirs.SiteId, "device_id" => theirs.DeviceId, _ => theirs.UserId,
                    };
                    tried++;
                    if (key != "user_id" && await ReachesAsync(database, principals[1].Scope, $"UPDATE {table} SET {key} = '{value}' WHERE {row.Location}", null))
                    {
                        holes.Add($"{table}: a row was carried off by {key}");
                    }
                }
            }
        }
        Console.WriteLine($"    SQL matrix: {tried} statements tried under the runtime role on {(await TablesAsync(system)).Count} tables");
        holes.Distinct().ShouldBeEmpty();
        tried.ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task What_a_scope_does_reach_is_still_there()
    {
        await using var database = new Database(await postgres.CreateDatabaseAsync());
        await MetricPartitions.EnsureAsync(database, DateOnly.FromDateTime(DateTime.UtcNow), Token);
        await using var system = await database.System.OpenConnectionAsync(Token);
        var ours = await SeededTenants.AddAsync(system, Guid.CreateVersion7(), withPartner: true);
        await using var connection = await database.OpenAsync(new AccessScope { UserId = ours.UserId, PartnerId = ours.PartnerId, OrganizationIds = [ours.OrganizationId], SiteIds = [ours.SiteId] }, Token);
        foreach (var table in (string[])["partners", "organizations", "sites", "devices", "device_presence", "device_metrics", "device_commands", "alerts", "scripts", "device_group_members", "enrollment_keys", "invitations"])
        {
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);
            ((long)(await count.ExecuteScalarAsync(Token))!).ShouldBe(1, table);
        }
    }

    static IEnumerable<(string Deed, string Sql)> Deeds(string table, List<string> columns, string location) =>
    [
        ("read it", $"SELECT 1 FROM {table} WHERE {location}"),
        ("lock it", $"SELECT 1 FROM {table} WHERE {location} FOR UPDATE"),
        ("change it", $"UPDATE {table} SET {columns[0]} = {columns[0]} WHERE {location}"),
        ("remove it", $"DELETE FROM {table} WHERE {location}"),
        ("plant its like", $"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", columns)} FROM jsonb_populate_record(NULL::{table}, $1)"),
    ];

    /// <summary>The columns that are not computed, one that the application may set first, where there is one.</summary>
    static async Task<List<string>> ColumnsAsync(NpgsqlConnection system, string table)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT attname::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            ORDER BY has_column_privilege('breeze_app', attrelid, attnum, 'UPDATE') DESC, attnum DESC
            """, system) { Parameters = { new() { Value = table } } };
        await using var reader = await command.ExecuteReaderAsync(Token);
        List<string> columns = [];
        while (await reader.ReadAsync(Token))
        {
            columns.Add(reader.GetString(0));
        }
        return columns;
    }

    /// <summary>Whether a statement touches a row; everything is taken back.</summary>
    static async Task<bool> ReachesAsync(Database database, AccessScope scope, string sql, string? json)
    {
        await using var connection = await database.OpenAsync(scope, Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        if (json is not null && sql.Contains("$1", StringComparison.Ordinal))
        {
            command.Parameters.Add(new() { Value = json, NpgsqlDbType = NpgsqlDbType.Jsonb });
        }
        try
        {
            await using var reader = await command.ExecuteReaderAsync(Token);
            return await reader.ReadAsync(Token) || reader.RecordsAffected > 0;
        }
        // No right, no row that may be, or a key that does not fit: not reached. Anything else is a mistake in this test.
        catch (PostgresException e) when (e.SqlState is "42501" or "23503" or "23505" or "23514")
        {
            // A planted row that only collides with the one that is there has come past the policy.
            return e.SqlState == "23505" && json is not null;
        }
    }

    static async Task<List<string>> TablesAsync(NpgsqlConnection system)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT c.relname::text FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '__ef_migrations_history' AND c.relname <> ALL ($1)
            ORDER BY 1
            """, system) { Parameters = { new() { Value = Shared } } };
        return await ListAsync(command, r => r.GetString(0));
    }

    static async Task<List<string>> TenantColumnsAsync(NpgsqlConnection system, string table)
    {
        await using var command = new NpgsqlCommand(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = $1::regclass AND attname IN ('partner_id', 'organization_id', 'site_id', 'device_id', 'user_id')", system)
        {
            Parameters = { new() { Value = table } },
        };
        return await ListAsync(command, r => r.GetString(0));
    }

    /// <summary>The tenant's rows of a table: where they are, and what is in them under another key.</summary>
    static async Task<List<(string Location, string Json)>> RowsAsync(NpgsqlConnection system, string table, Seeded tenant)
    {
        var columns = await TenantColumnsAsync(system, table);
        var owner = table switch
        {
            "partners" => $"id = '{tenant.PartnerId}'",
            "organizations" => $"id = '{tenant.OrganizationId}'",
            "sites" => $"organization_id = '{tenant.OrganizationId}'",
            "users" => $"id = '{tenant.UserId}'",
            "roles" => $"partner_id = '{tenant.PartnerId}' AND name = '{tenant.OrganizationId}'",
            "sso_providers" => $"partner_id = '{tenant.PartnerId}' AND name = '{tenant.OrganizationId}'",
            "metric_trims" or "alert_settings" => $"partner_id = '{tenant.PartnerId}'",
            "alert_events" or "alert_links" or "alert_escalations" => $"alert_id = '{tenant.OrganizationId}'",
            "alert_rule_versions" => $"rule_id = '{tenant.OrganizationId}'",
            _ when columns.Contains("organization_id") => $"organization_id = '{tenant.OrganizationId}'",
            _ when columns.Contains("device_id") => $"device_id = '{tenant.DeviceId}'",
            _ when columns.Contains("user_id") => $"user_id = '{tenant.UserId}'",
            _ => throw new InvalidOperationException($"{table} is new and this test does not know whose its rows are."),
        };
        await using var command = new NpgsqlCommand(
            $"SELECT to_jsonb(t) || CASE WHEN to_jsonb(t) ? 'id' THEN jsonb_build_object('id', gen_random_uuid()) ELSE '{{}}' END FROM {table} t WHERE {owner}", system);
        var json = await ListAsync(command, r => r.GetString(0));
        return [.. json.Select(j => (owner, j)).Take(1)];
    }

    static async Task<List<T>> ListAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read)
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
        {
            rows.Add(read(reader));
        }
        return rows;
    }
}
