using Breeze.Core.Devices.List;
using Breeze.Core.Expressions;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Lists;

/// <summary>What the pager finds, page by page, against the plain query that it saves: in every order, for everybody.</summary>
public sealed class PagerTests(PostgresFixture postgres)
{
    const int PerSite = 12;
    const int PageSize = 7;

    static readonly Guid Partner = Guid.CreateVersion7();

    /// <summary>The sites are numbered through: two of the first organization, two of the second.</summary>
    static readonly Guid[] Organizations = [Guid.CreateVersion7(), Guid.CreateVersion7()];

    static readonly Guid[] Sites = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];

    static readonly (string Order, string Value)[] Orders =
    [
        .. DeviceOrder.Names.Select(n => (n, DeviceOrder.Find(n)!.Sql)).Select(o => (o.n, DeviceOrder.Find(o.n)!.OnlyCurrent ? $"CASE WHEN d.status IN ('online', 'maintenance') THEN {o.Sql} END" : o.Sql)),
        ("custom.rack", "left(lower(d.custom_fields ->> 'rack'), 200)"), ("custom.nowhere", "NULL::text"),
    ];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_order_pages_through_what_somebody_reaches_and_nothing_else()
    {
        await using var database = await SeedAsync();
        AccessScope[] people =
        [
            new() { UserId = Guid.NewGuid(), PartnerId = Partner },
            new() { UserId = Guid.NewGuid(), PartnerId = Partner, OrganizationIds = [Organizations[1]] },
            new() { UserId = Guid.NewGuid(), PartnerId = Partner, OrganizationIds = [Organizations[0]], SiteIds = [Sites[1]] },
            new() { UserId = Guid.NewGuid(), PartnerId = Partner, OrganizationIds = [] },
        ];
        foreach (var person in people)
        {
            foreach (var (order, value) in Orders)
            {
                foreach (var falls in (bool[])[false, true])
                {
                    var query = new DeviceQuery(DeviceOrder.Find(order)!) { Falls = falls };
                    (await WalkAsync(database, person, query)).ShouldBe(await ExpectedAsync(database, person, value, falls, "true"), $"{order} {falls}, {person.OrganizationIds?.Length} organizations");
                }
            }
            // Few that match, so that all of them are looked up.
            var few = new DeviceQuery(DeviceOrder.Find("seen")!) { HostnamePart = "dev-1-03" };
            (await WalkAsync(database, person, few)).ShouldBe(await ExpectedAsync(database, person, "p.last_seen_at", false, "d.hostname = 'dev-1-03'"));
        }
    }

    [Fact]
    public async Task Devices_are_found_by_a_custom_field_as_it_stands_now()
    {
        await using var database = await SeedAsync();
        var everything = new AccessScope { UserId = Guid.NewGuid(), PartnerId = Partner };
        async Task<int> CountAsync(string expression)
        {
            var engine = new ExpressionEngine(database, TimeProvider.System);
            return await new DevicePager(database, everything, engine).CountAsync(
                new DeviceQuery(DeviceOrder.Find("name")!) { Expression = (await engine.ParseAsync(expression, Token)).Expression }, Token);
        }

        (await CountAsync("custom.rack = \"ROW-1\"")).ShouldBe(12);
        (await CountAsync("custom.rack = \"ROW-1\" or custom.rack = \"none\"")).ShouldBe(12);
        (await CountAsync("not (custom.rack = \"ROW-1\")")).ShouldBe((4 * PerSite) - 12);
        await ExecuteAsync(database, "UPDATE devices SET custom_fields = custom_fields || '{\"rack\": \"elsewhere\"}' WHERE hostname = 'dev-1-01'");
        await ExecuteAsync(database, "UPDATE devices SET custom_fields = custom_fields - 'rack' WHERE hostname = 'dev-2-01'");
        (await CountAsync("custom.rack = \"ROW-1\"")).ShouldBe(10);
        (await CountAsync("custom.rack = \"Elsewhere\"")).ShouldBe(1);
        var long1 = new string('x', 400);
        await ExecuteAsync(database, $"UPDATE devices SET custom_fields = custom_fields || '{{\"rack\": \"{long1}\"}}' WHERE hostname = 'dev-1-01'");
        (await CountAsync($"custom.rack = \"{long1}\"")).ShouldBe(1);
        (await CountAsync($"custom.rack = \"{long1}y\"")).ShouldBe(0);
        // A move takes the values along.
        await ExecuteAsync(database, $"UPDATE devices SET organization_id = '{Organizations[1]}', site_id = '{Sites[3]}' WHERE hostname = 'dev-1-01'");
        var there = new AccessScope { UserId = Guid.NewGuid(), PartnerId = Partner, OrganizationIds = [Organizations[1]] };
        (await WalkAsync(database, there, new DeviceQuery(DeviceOrder.Find("custom.rack")!))).ShouldBe(await ExpectedAsync(database, there, "left(lower(d.custom_fields ->> 'rack'), 200)", false, "true"));
    }

    [Fact]
    public async Task No_index_of_a_list_makes_a_heartbeat_dearer()
    {
        await using var database = await SeedAsync();
        await using var connection = await database.System.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using var command = new NpgsqlCommand(
            """
            UPDATE device_presence SET last_seen_at = last_seen_at + interval '1 millisecond', agent_status = 'ok', address = address, cpu = 0.7, memory = 0.7, disk = 0.7, booted_at = now() WHERE last_seen_at < now() + interval '1 hour';
            SELECT pg_stat_get_xact_tuples_updated('device_presence'::regclass), pg_stat_get_xact_tuples_hot_updated('device_presence'::regclass)
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(Token);
        (await reader.ReadAsync(Token)).ShouldBeTrue();
        reader.GetInt64(0).ShouldBeGreaterThan(20);
        reader.GetInt64(1).ShouldBe(reader.GetInt64(0), "an update whose indexed columns stay as they are writes no index");
    }

    static async Task<List<Guid>> WalkAsync(Database database, AccessScope person, DeviceQuery query)
    {
        var pager = new DevicePager(database, person, new ExpressionEngine(database, TimeProvider.System));
        await using var connection = await database.OpenAsync(person, Token);
        var found = new List<Guid>();
        DevicePlace? place = null;
        while (true)
        {
            var page = await pager.NextAsync(connection, query, place, PageSize, Token);
            found.AddRange(page.Select(p => p.Id));
            if (page.Count < PageSize)
            {
                return found;
            }
            place = new(page[^1].Key, page[^1].Id);
        }
    }

    /// <summary>As the owner of all rows sees it, with the reach written out.</summary>
    static async Task<List<Guid>> ExpectedAsync(Database database, AccessScope person, string value, bool falls, string condition)
    {
        var direction = falls ? "DESC" : "ASC";
        await using var command = database.System.CreateCommand(
            $"""
            SELECT d.id FROM devices d LEFT JOIN device_presence p ON p.device_id = d.id LEFT JOIN device_summaries l ON l.device_id = d.id
            WHERE d.partner_id = $1 AND ($2::uuid[] IS NULL OR d.organization_id = ANY ($2)) AND ($3::uuid[] IS NULL OR d.site_id = ANY ($3)) AND {condition}
            ORDER BY {value} {direction} NULLS LAST, d.id {direction}
            """);
        command.Parameters.Add(new() { Value = Partner });
        command.Parameters.Add(new() { Value = (object?)person.OrganizationIds ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = (object?)person.SiteIds ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync(Token);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(Token))
        {
            ids.Add(reader.GetGuid(0));
        }
        return ids;
    }

    /// <summary>Devices of a partner with equal values, missing ones and contacts of many days, and those of another partner beside them.</summary>
    async Task<Database> SeedAsync()
    {
        var database = new Database(await postgres.CreateDatabaseAsync());
        var other = Guid.CreateVersion7();
        await ExecuteAsync(database,
            $"""
            INSERT INTO partners (id, name, slug) VALUES ('{Partner}', 'Ours', 'ours'), ('{other}', 'Theirs', 'theirs');
            INSERT INTO organizations (id, partner_id, name) VALUES ('{Organizations[0]}', '{Partner}', 'One'), ('{Organizations[1]}', '{Partner}', 'Two'), ('{other}', '{other}', 'Foreign');
            INSERT INTO sites (id, partner_id, organization_id, name) VALUES ('{Sites[0]}', '{Partner}', '{Organizations[0]}', 'A'), ('{Sites[1]}', '{Partner}', '{Organizations[0]}', 'B'),
                ('{Sites[2]}', '{Partner}', '{Organizations[1]}', 'C'), ('{Sites[3]}', '{Partner}', '{Organizations[1]}', 'D'), ('{other}', '{other}', '{other}', 'E');
            CREATE TEMP TABLE seeded ON COMMIT DROP AS SELECT breeze_uuid7() AS id, s.id AS site_id, s.organization_id, s.partner_id, i, translate(s.name, 'ABCDE', '01234') AS site
                FROM sites s CROSS JOIN generate_series(0, {PerSite - 1}) i;
            INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family, os_name, os_version, agent_version, status, tags, custom_fields)
                SELECT id, partner_id, organization_id, site_id, 'dev-' || site || '-' || lpad(i::text, 2, '0'), id::text, 'linux', CASE i % 3 WHEN 0 THEN 'Debian' ELSE '' END, CASE i % 4 WHEN 1 THEN '' ELSE '12.' || i % 2 END,
                    '1.' || i % 2, (ARRAY['online', 'offline', 'maintenance', 'pending'])[1 + i % 4], CASE WHEN i % 2 = 1 THEN ARRAY['odd'] ELSE ARRAY[]::text[] END,
                    CASE WHEN i % 4 = 0 THEN jsonb_build_object() ELSE jsonb_build_object('rack', 'Row-' || i % 3) END FROM seeded;
            INSERT INTO device_presence (device_id, last_seen_at, cpu, memory, disk, booted_at)
                SELECT id, CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN date_trunc('day', now(), 'UTC') - (i % 5) * interval '1 day' ELSE now() - (i % 3) * interval '30 hours' END,
                    CASE i % 3 WHEN 0 THEN 0.1 WHEN 1 THEN 'NaN' END, i / 100.0, 0.5, CASE WHEN i % 2 = 0 THEN now() - (i % 6) * interval '1 day' END FROM seeded WHERE i % 7 > 0;
            INSERT INTO device_hardware (device_id, model, serial_number) SELECT id, 'Model ' || i % 2, CASE WHEN i % 3 > 0 THEN 'SN' || i END FROM seeded WHERE i % 4 > 0;
            INSERT INTO device_network (device_id, name, addresses) SELECT id, 'eth0', ARRAY['10.0.' || i % 3 || '.9'] FROM seeded WHERE i % 5 > 0;
            INSERT INTO device_sessions (device_id, session, user_name) SELECT id, '1', 'user' || i % 3 FROM seeded WHERE i % 2 = 0;
            INSERT INTO device_updates (device_id, name) SELECT id, 'p' || n FROM seeded, generate_series(1, 3) n WHERE n <= i % 4;
            """);
        return database;
    }

    static async Task ExecuteAsync(Database database, string sql)
    {
        await using var connection = await database.System.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
        await transaction.CommitAsync(Token);
    }
}
