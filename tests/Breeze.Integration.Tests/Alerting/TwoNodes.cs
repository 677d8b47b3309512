using System.Security.Cryptography;
using System.Text.Json;
using Breeze.Core.Storage;
using Breeze.Embedded;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Npgsql;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>Two server processes over one PostgreSQL and one Redis, as an install of several nodes has them, and a receiver of what they tell.</summary>
public sealed class TwoNodes(PostgresFixture postgres) : IAsyncLifetime
{
    readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("breeze-nodes-");
    EmbeddedRedis? _redis;
    ServerProcess? _first;
    ServerProcess? _second;
    HttpClient? _admin;
    Database? _database;
    HookReceiver? _receiver;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>It was there before the other, so it took the ticks.</summary>
    public ServerProcess First => _first!;

    public ServerProcess Second => _second!;

    /// <summary>The administrator, signed in at the first node.</summary>
    public HttpClient Admin => _admin!;

    /// <summary>The same person with the same token, at the second.</summary>
    public HttpClient AdminAtSecond { get; private set; } = null!;

    public Database Database => _database!;

    public Guid Site { get; private set; }

    internal HookReceiver Receiver => _receiver!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await HookReceiver.StartAsync();
        _redis = EmbeddedRedis.Start(_scratch.FullName);
        var connection = await postgres.CreateDatabaseAsync();
        var environment = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = connection, ["REDIS_URL"] = _redis.ConnectionString, ["BREEZE_MASTER_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["BREEZE_HEARTBEAT_SECONDS"] = "5", ["Outgoing__AllowedNetworks"] = "127.0.0.0/8",
        };
        _first = await ServerProcess.StartAsync(new ServerOptions { Environment = environment }, Token);
        _second = await ServerProcess.StartAsync(new ServerOptions { Environment = environment }, Token);
        _admin = await _first.SignInAsync(Token);
        AdminAtSecond = _second.ClientWith(_admin.DefaultRequestHeaders.Authorization!.Parameter!);
        _database = new Database(connection);
        Site = (await _admin.GetJsonAsync("/api/v1/sites")).GetProperty("data")[0].Id();
        await AddRouteAsync();
    }

    /// <summary>What is told goes to the receiver; the channel is made at one node and the route at the other.</summary>
    async Task AddRouteAsync()
    {
        foreach (var admin in (HttpClient[])[Admin, AdminAtSecond])
        {
            await Http.UntilAsync(async () => (await admin.GetJsonAsync("/api/v1/notification-channels/types")).GetProperty("data").EnumerateArray().Any(t => t.Text("type") == "webhook"));
        }
        var channel = await AdminAtSecond.PostJsonAsync("/api/v1/notification-channels", new { name = "Receiver", type = "webhook", rate_per_minute = 1000, settings = new { url = Receiver.Url } }, 201);
        await Admin.PostJsonAsync("/api/v1/notification-routes", new { name = "Everything", channel_ids = new[] { channel.Id() } }, 201);
    }

    /// <summary>What the receiver was told of alerts with such a title: the event, the title and the id of the notification.</summary>
    public IReadOnlyList<(string Event, string Title, string Id)> Told(string title) =>
        [.. Receiver.Received.Select(r => (Event: r.Body.Text("event"), Title: r.Body.GetProperty("alert").Text("title"), Id: r.Body.Text("notification_id"))).Where(t => t.Title.StartsWith(title, StringComparison.Ordinal))];

    /// <summary>The database's name for the connection of the node that takes the ticks; 0 when none does.</summary>
    public Task<int> LeaderAsync() => ReadAsync<int>("SELECT coalesce(max(pid), 0) FROM pg_locks WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32 | objid::bigint) = $1", 0x42_7265_657a_6501);

    public async Task<T> ReadAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Database.System.CreateCommand(sql);
        command.Parameters.AddRange(parameters.Select(p => new NpgsqlParameter { Value = p }).ToArray());
        return (T)(await command.ExecuteScalarAsync(Token))!;
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        AdminAtSecond?.Dispose();
        foreach (var part in (IAsyncDisposable?[])[_second, _first, _database, _receiver])
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
        _redis?.Dispose();
        _scratch.Delete(recursive: true);
    }
}
