using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Breeze.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Wire;

public sealed class AgentDirectoryTests(PostgresFixture postgres)
{
    const int Devices = 5000;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_that_has_ended_does_not_come_back_with_an_older_view_of_all_agents()
    {
        await using var database = new Database(await postgres.CreateDatabaseAsync());
        var ids = await AddDevicesAsync(database);
        var interleaved = 0;
        for (var round = 0; round < 20 && interleaved < 3; round++)
        {
            var directory = new AgentDirectory(database, TimeSpan.FromDays(30));
            var all = directory.RefreshAsync(Token);
            while (directory.Count == 0 && !all.IsCompleted)
            {
                await Task.Yield();
            }
            // One that the view of all, taken before, has still to bring.
            var late = Array.Find(ids, id => directory.Find(id) is null);
            if (late == default)
            {
                continue;
            }
            await ExecuteAsync(database, "UPDATE agent_tokens SET revoked_at = now() WHERE device_id = $1", late);
            await directory.RefreshAsync(late, Token);
            interleaved += all.IsCompleted ? 0 : 1;
            await all;
            directory.FindByToken(late.ToByteArray(), out _).ShouldBeNull();
            directory.FindByToken(ids.First(id => id != late).ToByteArray(), out _).ShouldNotBeNull();
            await ExecuteAsync(database, "UPDATE agent_tokens SET revoked_at = NULL WHERE device_id = $1", late);
        }
        interleaved.ShouldBeGreaterThan(0, "no refresh was still under way when a token ended");
    }

    /// <summary>Devices whose token is their id's bytes.</summary>
    static async Task<Guid[]> AddDevicesAsync(Database database)
    {
        var ids = Enumerable.Range(0, Devices).Select(_ => Guid.CreateVersion7()).ToArray();
        await ExecuteAsync(database,
            """
            WITH p AS (INSERT INTO partners (id, name, slug) VALUES (($1)[1], 'P', 'p') RETURNING id),
            o AS (INSERT INTO organizations (id, partner_id, name) SELECT id, id, 'O' FROM p RETURNING id),
            s AS (INSERT INTO sites (id, partner_id, organization_id, name) SELECT id, id, id, 'S' FROM o RETURNING id),
            d AS (INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family)
                  SELECT u, s.id, s.id, s.id, 'h', u::text, 'linux' FROM s, unnest($1) u RETURNING id)
            INSERT INTO agent_tokens (id, device_id, token_hash, confirmed_at) SELECT u, u, h, now() FROM unnest($1, $2) AS t(u, h) WHERE u IN (SELECT id FROM d)
            """, ids, Array.ConvertAll(ids, id => TokenHash.Of(id.ToByteArray()).ToBytes()));
        return ids;
    }

    static async Task ExecuteAsync(Database database, string sql, params object[] values)
    {
        await using var command = database.System.CreateCommand(sql);
        command.Parameters.AddRange(Array.ConvertAll(values, v => new NpgsqlParameter { Value = v }));
        await command.ExecuteNonQueryAsync(Token);
    }
}
