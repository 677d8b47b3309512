using Breeze.Core.Devices;
using Breeze.Core.Distribution;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Breeze.Embedded;
using Breeze.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Devices;

/// <summary>Who is offline, and what becomes of events about it.</summary>
public sealed class OfflineTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_is_offline_when_it_missed_its_interval_and_the_grace_even_if_a_dead_node_left_its_channel_open()
    {
        await using var database = new Database(await postgres.CreateDatabaseAsync());
        var scratch = Directory.CreateTempSubdirectory("breeze-redis-");
        using var redis = EmbeddedRedis.Start(scratch.FullName);
        await using var bus = await EventBus.ConnectAsync(redis.ConnectionString);
        var late = await AddDeviceAsync(database, "late", seenSecondsAgo: 91, live: true);
        var punctual = await AddDeviceAsync(database, "punctual", seenSecondsAgo: 88, live: false);
        var slow = await AddDeviceAsync(database, "slow", seenSecondsAgo: 91, live: false, interval: 300);
        var monitor = new OfflineMonitor(
            database, new AgentConfigurations(database, 60), new DeviceEvents(bus, new AgentDirectory(database, TimeSpan.FromDays(30))), TimeProvider.System, NullLogger<OfflineMonitor>.Instance);

        await monitor.SweepAsync(Token);

        (await ReadAsync<string>(database, "SELECT status FROM devices WHERE id = $1", late)).ShouldBe("offline");
        (await ReadAsync<bool>(database, "SELECT live_since IS NULL FROM device_presence WHERE device_id = $1", late)).ShouldBeTrue();
        (await ReadAsync<string>(database, "SELECT status FROM devices WHERE id = $1", punctual)).ShouldBe("online");
        (await ReadAsync<string>(database, "SELECT status FROM devices WHERE id = $1", slow)).ShouldBe("online");
        (await ReadAsync<string>(database, "SELECT type FROM outbox_events WHERE device_id = $1", late)).ShouldBe("device.offline");
        scratch.Delete(recursive: true);
    }

    [Fact]
    public async Task Events_are_deleted_after_a_week_and_keyed_by_age()
    {
        await using var database = new Database(await postgres.CreateDatabaseAsync());
        await ReadAsync<object>(database, "INSERT INTO outbox_events (id, type, created_at) VALUES (breeze_uuid7(), 'device.online', now() - interval '8 days') RETURNING 1");
        var id = await ReadAsync<Guid>(database, "INSERT INTO outbox_events (id, type) VALUES (breeze_uuid7(), 'device.online') RETURNING id");

        (await new OutboxRetention(database, TimeProvider.System, NullLogger<OutboxRetention>.Instance).RunAsync(Token)).ShouldBe(1);

        (await ReadAsync<Guid>(database, "SELECT id FROM outbox_events")).ShouldBe(id);
        id.Version.ShouldBe(7);
        id.CompareTo(Guid.CreateVersion7(DateTimeOffset.UtcNow.AddMinutes(1))).ShouldBeLessThan(0);
        id.CompareTo(Guid.CreateVersion7(DateTimeOffset.UtcNow.AddMinutes(-1))).ShouldBeGreaterThan(0);
    }

    static async Task<Guid> AddDeviceAsync(Database database, string hostname, int seenSecondsAgo, bool live, int? interval = null)
    {
        var id = Guid.CreateVersion7();
        await using var command = database.System.CreateCommand(
            """
            WITH p AS (INSERT INTO partners (id, name, slug) VALUES ($1, 'P', 'p-' || $2) RETURNING id),
            o AS (INSERT INTO organizations (id, partner_id, name) SELECT $1, id, 'O' FROM p RETURNING id),
            s AS (INSERT INTO sites (id, partner_id, organization_id, name) SELECT $1, p.id, o.id, 'S' FROM p, o RETURNING id),
            d AS (INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family, status, heartbeat_interval_seconds)
                  SELECT $1, p.id, o.id, s.id, $2, $2, 'linux', 'online', $5 FROM p, o, s RETURNING id)
            INSERT INTO device_presence (device_id, last_seen_at, live_since, live_node)
            SELECT id, now() - make_interval(secs => $3), CASE WHEN $4 THEN now() END, CASE WHEN $4 THEN $1 END FROM d
            """);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = id }, new() { Value = hostname }, new() { Value = (double)seenSecondsAgo }, new() { Value = live },
            new() { Value = (object?)interval ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
        });
        await command.ExecuteNonQueryAsync(Token);
        return id;
    }

    static async Task<T> ReadAsync<T>(Database database, string sql, params object[] values)
    {
        await using var command = database.System.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        return (T)(await command.ExecuteScalarAsync(Token))!;
    }
}
