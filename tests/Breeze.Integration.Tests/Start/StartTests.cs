using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Breeze.Embedded;
using Breeze.Integration.Tests.Faults;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Start;

/// <summary>What a person sees at the console when the start goes well, and when it cannot.</summary>
public sealed class StartTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_instance_is_told_so_and_the_first_is_unharmed()
    {
        await RefusedAsync(new ServerOptions { DataDirectory = shared.Server.DataDirectory }, "already runs", "BREEZE_DATA");
        (await shared.Server.Client.GetAsync("/readyz", Token)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await RefusedAsync(new ServerOptions { Port = port }, $"{port} is taken", "--urls");
    }

    [Theory]
    [InlineData("BREEZE_ADMIN_EMAIL", "a@example.com", "BREEZE_ADMIN_PASSWORD")]
    [InlineData("BREEZE_ADMIN_PASSWORD", "a long enough password", "BREEZE_ADMIN_EMAIL")]
    [InlineData("DATABASE_URL", "postgres://breeze:x@127.0.0.1:1/breeze", "DATABASE_URL")]
    [InlineData("DATABASE_URL", "postgres://nothing", "DATABASE_URL")]
    [InlineData("DATABASE_URL", "this is no connection string", "DATABASE_URL")]
    [InlineData("DATABASE_URL", "postgres://u:p@h:99999999/db", "DATABASE_URL")]
    [InlineData("REDIS_URL", "redis://", "REDIS_URL")]
    [InlineData("JWT_SECRET", "short", "JWT_SECRET")]
    [InlineData("BREEZE_MASTER_KEY", "c2hvcnQ=", "BREEZE_MASTER_KEY")]
    [InlineData("BREEZE_HEARTBEAT_SECONDS", "1", "BREEZE_HEARTBEAT_SECONDS")]
    [InlineData("BREEZE_HEARTBEAT_SECONDS", "often", "BREEZE_HEARTBEAT_SECONDS")]
    [InlineData("BREEZE_LOCAL_AGENT", "perhaps", "BREEZE_LOCAL_AGENT")]
    [InlineData("Outgoing__AllowedNetworks", "10.0.0.0/8, 10.0.0.0/33", "10.0.0.0/33")]
    public async Task A_setting_that_makes_no_sense_is_named(string name, string value, string expected) =>
        await RefusedAsync(new ServerOptions { CreateAdministrator = false, Environment = new Dictionary<string, string> { [name] = value } }, expected);

    [Fact]
    public async Task A_data_directory_that_cannot_be_one_is_named()
    {
        var file = Path.GetTempFileName();
        try
        {
            await RefusedAsync(new ServerOptions { DataDirectory = file }, file, "BREEZE_DATA");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_stop_ends_everything_and_the_next_start_finds_the_data_even_beside_a_stale_lock()
    {
        await using var server = await ServerProcess.StartAsync(new ServerOptions { FirstStart = true, LocalAgent = true }, Token);
        using (var admin = await server.SignInAsync(Token))
        {
            await Http.UntilAsync(async () => (await admin.GetJsonAsync("/api/v1/devices")).GetProperty("data").GetArrayLength() == 1, TimeSpan.FromSeconds(60));
        }
        var postgres = Path.Combine(server.DataDirectory, "postgres", "data");
        await server.StopAsync(Token);
        AgentProcesses.AgentOf(server.DataDirectory).ShouldBeNull();
        AgentProcesses.WithArgument(postgres).ShouldBeEmpty();
        server.Output.ShouldNotContain("Unhandled");

        // The number of a living process that is no PostgreSQL: what a power cut and a busy machine leave behind.
        await File.WriteAllTextAsync(
            Path.Combine(postgres, "postmaster.pid"), $"{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}\n{postgres}\n1\n1\n\n127.0.0.1\n  1  1\nready   \n", Token);
        await server.StartAgainAsync(Token);
        using var again = await server.SignInAsync(Token);
        (await again.GetJsonAsync("/api/v1/devices")).GetProperty("data").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task External_servers_change_nothing_else_and_without_Redis_commands_still_come_by_heartbeat()
    {
        var directory = Directory.CreateTempSubdirectory("breeze-external-");
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(new(RepositoryPaths.PostgresBinaries, Path.Combine(directory.FullName, "postgres")) { Database = "mine" }, Token);
            using var redis = EmbeddedRedis.Start(Path.Combine(directory.FullName, "redis"));
            var database = new Npgsql.NpgsqlConnectionStringBuilder(postgres.ConnectionString);
            var redisOptions = StackExchange.Redis.ConfigurationOptions.Parse(redis.ConnectionString);
            await using var server = await ServerProcess.StartAsync(new ServerOptions
            {
                Environment = new Dictionary<string, string>
                {
                    ["DATABASE_URL"] = $"postgres://{database.Username}:{database.Password}@127.0.0.1:{database.Port}/mine?sslmode=disable",
                    ["REDIS_URL"] = $"redis://:{redisOptions.Password}@{redisOptions.EndPoints[0]}",
                },
            }, Token);
            Directory.Exists(Path.Combine(server.DataDirectory, "postgres")).ShouldBeFalse();
            using var admin = await server.SignInAsync(Token);
            using var agent = await FakeAgent.EnrolAsync(server.Url, admin, (await admin.GetJsonAsync("/api/v1/sites")).GetProperty("data")[0].Id());
            using (var socket = await agent.ConnectAsync())
            {
                var woken = await admin.QueueScriptAsync(agent.Id);
                (await FakeAgent.ReceiveAsync(socket, "command")).GetProperty("command").Id().ShouldBe(woken);
            }

            await SecretsNeedTheMasterKeyAsync(server, postgres.ConnectionString, admin);

            await using (var superuser = new Npgsql.NpgsqlConnection(postgres.SuperuserConnectionString))
            {
                await superuser.OpenAsync(Token);
                await using var bypass = new Npgsql.NpgsqlCommand("ALTER ROLE breeze_app BYPASSRLS", superuser);
                await bypass.ExecuteNonQueryAsync(Token);
                await RefusedAsync(new ServerOptions { Environment = new Dictionary<string, string> { ["DATABASE_URL"] = postgres.ConnectionString } }, "breeze_app", "row-level security", "NOBYPASSRLS");
                bypass.CommandText = "ALTER ROLE breeze_app NOBYPASSRLS";
                await bypass.ExecuteNonQueryAsync(Token);
            }

            redis.Dispose();
            var id = await admin.QueueScriptAsync(agent.Id);
            var command = (await agent.HeartbeatAsync(new() { ["test.a"] = 1 })).GetProperty("commands").EnumerateArray().ShouldHaveSingleItem();
            command.Id().ShouldBe(id);
            await agent.ResultAsync(id);
            (await admin.CommandAsync(agent.Id, id)).Text("status").ShouldBe("completed");
            (await server.Client.GetAsync("/readyz", Token)).EnsureSuccessStatusCode();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Another node with the same database, and nothing else of the first, reads no secret.</summary>
    static async Task SecretsNeedTheMasterKeyAsync(ServerProcess server, string database, HttpClient admin)
    {
        await using (var connection = new Npgsql.NpgsqlConnection(new Npgsql.NpgsqlConnectionStringBuilder(database) { Options = "-c role=breeze_system" }.ConnectionString))
        {
            await connection.OpenAsync(Token);
            await using var command = new Npgsql.NpgsqlCommand("SELECT count(*) FILTER (WHERE xml LIKE 'v1:%'), count(*) FROM data_protection_keys", connection);
            await using var reader = await command.ExecuteReaderAsync(Token);
            await reader.ReadAsync(Token);
            reader.GetInt64(1).ShouldBeGreaterThan(0);
            reader.GetInt64(0).ShouldBe(reader.GetInt64(1));
        }
        var file = Path.Combine(server.DataDirectory, "master.key");
        if (!OperatingSystem.IsWindows())
        {
            (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)).ShouldBe(default);
        }
        var environment = new Dictionary<string, string> { ["DATABASE_URL"] = database };
        await RefusedAsync(new ServerOptions { Environment = environment }, "another master key", "BREEZE_MASTER_KEY");

        environment["BREEZE_MASTER_KEY"] = await File.ReadAllTextAsync(file, Token);
        await using var second = await ServerProcess.StartAsync(new ServerOptions { Environment = environment }, Token);
        using var there = second.ClientWith(admin.DefaultRequestHeaders.Authorization!.Parameter!);
        await there.GetJsonAsync("/api/v1/devices");
    }

    static async Task RefusedAsync(ServerOptions options, params string[] expected)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var (exitCode, output) = await ServerProcess.RunToExitAsync(options, patience.Token);
        exitCode.ShouldBe(1, output);
        var error = output.Split('\n').Where(l => l.StartsWith("Breeze cannot start: ", StringComparison.Ordinal)).ShouldHaveSingleItem(output);
        foreach (var part in expected)
        {
            error.ShouldContain(part);
        }
        output.ShouldNotContain("   at ");
    }
}
