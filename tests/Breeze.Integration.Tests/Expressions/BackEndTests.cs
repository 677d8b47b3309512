using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Testing;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Expressions;

/// <summary>What SQL finds and what the delegate finds is the same.</summary>
public sealed class BackEndTests(PostgresFixture postgres)
{
    const int Devices = 150;

    /// <summary>More of them on request: each run makes others.</summary>
    static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("BREEZE_PROPERTY_CASES"), out var cases) ? cases : 600;

    [Fact]
    public async Task Sql_and_delegate_agree_on_every_expression_and_device()
    {
        await using var database = new Database(await postgres.CreateDatabaseAsync());
        await using var connection = await database.System.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var devices = new RandomDevices(connection, 20_26);
        devices.Add(Devices);
        foreach (var (name, unit) in new[] { ("system.cpu.utilization", "1"), ("system.filesystem.utilization", "1"), ("system.network.io", "By"), ("system.memory.limit", "By"), ("system.uptime", "s") })
        {
            await using var declare = new NpgsqlCommand("INSERT INTO metric_definitions (name, unit, kind, plugin_id) VALUES ($1, $2, 'gauge', 'test')", connection) { Parameters = { new() { Value = name }, new() { Value = unit } } };
            await declare.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        await devices.DeclareInventoryAsync(TestContext.Current.CancellationToken);
        var now = new FixedTime(DateTimeOffset.UtcNow);
        var engine = new ExpressionEngine(database, now);
        (await engine.ParseAsync("system.uptime > 0", TestContext.Current.CancellationToken)).IsValid.ShouldBeTrue();
        var declared = engine.Catalog.Fields.Select(f => f.Inventory).OfType<InventoryKey>().ToList();
        declared.Count.ShouldBe(RandomDocuments.Fields.Count);
        var facts = await new DeviceFactsReader(database, new LayoutStore(database), now).ReadAsync(AccessScope.System, devices.Ids, FactKinds.All, declared, TestContext.Current.CancellationToken);
        facts.Count.ShouldBe(Devices);
        var found = 0;
        var property = Prop.ForAll(RandomExpressions.Of(engine.Catalog).ToArbitrary(), text =>
        {
            var result = engine.Parse(text);
            result.Error.ShouldBeNull(text);
            engine.Parse(result.Expression!.Text).Expression?.Text.ShouldBe(result.Expression.Text, text);
            var matching = facts.Where(result.Expression.Compile()).Select(f => f.Id).Order().ToList();
            found += matching.Count is > 0 and < Devices ? 1 : 0;
            foreach (var reach in Enum.GetValues<SqlReach>())
            {
                Query(connection, result.Expression, reach, engine).ShouldBe(matching, $"{text}\n{result.Expression.ToSql(engine.Parameters(), reach)}");
            }
        });
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true));
        OftenAsked(connection, engine, facts);
        // A test in which nothing or everything is found would show little.
        found.ShouldBeGreaterThan(Cases / 4);
    }

    [Fact]
    public async Task Every_letter_of_unicode_loses_its_case_alike()
    {
        await using var connection = new NpgsqlConnection(await postgres.CreateDatabaseAsync());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT i, ascii(lower(chr(i) COLLATE "pg_c_utf8")) FROM generate_series(1, 1114111) AS i
            WHERE (i < 55296 OR i > 57343) AND lower(chr(i) COLLATE "pg_c_utf8") <> chr(i)
            """, connection);
        var lowered = new Dictionary<int, int>();
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lowered[reader.GetInt32(0)] = reader.GetInt32(1);
        }
        var different = Enumerable.Range(1, 0x10FFFF).Where(System.Text.Rune.IsValid)
            .Where(i => FoldedText.Of(char.ConvertFromUtf32(i)) != char.ConvertFromUtf32(lowered.GetValueOrDefault(i, i))).Select(i => $"U+{i:X4}");
        different.ShouldBeEmpty();
    }

    [Fact]
    public async Task Versions_have_the_same_key_in_sql_and_here()
    {
        var random = new System.Random(7);
        var parts = new[] { "0", "1", "10", "007", ".", ".", ".", "-", "+", "~", "rc", "a", "b", "beta", "ubuntu", "v", ":", " ", "_", "é", "dev", "😀", "W" };
        var versions = RandomDevices.Versions.Concat(Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]))))
            .Append(new string('9', 150)).Append(new string('.', 99) + "123").Distinct().ToArray();
        await using var connection = new NpgsqlConnection(await postgres.CreateDatabaseAsync());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SELECT v, breeze_version_key(v) FROM unnest($1) AS v", connection) { Parameters = { new() { Value = versions } } };
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            VersionKey.Of(reader.GetString(0)).ShouldBe(reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetString(0));
        }
    }

    /// <summary>The fields of plugins once more, by themselves: among all others they come up seldom.</summary>
    static void OftenAsked(NpgsqlConnection connection, ExpressionEngine engine, IReadOnlyList<DeviceFacts> facts)
    {
        var found = new HashSet<string>();
        Prop.ForAll(RandomExpressions.Conditions(engine.Catalog.Fields.Where(f => f.Inventory is not null)).ToArbitrary(), text =>
        {
            var expression = engine.Parse(text).Expression.ShouldNotBeNull(text);
            var matching = facts.Where(expression.Compile()).Select(f => f.Id).Order().ToList();
            Query(connection, expression, SqlReach.All, engine).ShouldBe(matching, $"{text}\n{expression.ToSql(engine.Parameters())}");
            if (matching.Count is > 0 and < Devices)
            {
                found.UnionWith(expression.Fields.Select(f => f.Name));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases / 2).WithQuietOnSuccess(true));
        engine.Catalog.Fields.Where(f => f.Inventory is not null).Select(f => f.Name).Except(found).ShouldBeEmpty("these were asked for and told no device from another");
    }

    static List<Guid> Query(NpgsqlConnection connection, DeviceExpression expression, SqlReach reach, ExpressionEngine engine)
    {
        var parameters = engine.Parameters();
        using var command = new NpgsqlCommand($"SELECT d.id FROM devices d WHERE {expression.ToSql(parameters, reach)}", connection);
        parameters.AddTo(command);
        using var reader = command.ExecuteReader();
        var ids = new List<Guid>();
        while (reader.Read())
        {
            ids.Add(reader.GetGuid(0));
        }
        return [.. ids.Order()];
    }

    sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
