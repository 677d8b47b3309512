using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.Testing;
using Npgsql;

namespace Breeze.Bench;

/// <summary>The real server with its embedded database, and agents enrolled through its API.</summary>
sealed class BenchServer : IAsyncDisposable
{
    BenchServer(ServerProcess process, HttpClient admin)
    {
        Process = process;
        Admin = admin;
    }

    public ServerProcess Process { get; }

    public HttpClient Admin { get; }

    public int PostgresId => int.Parse(Postmaster()[0], CultureInfo.InvariantCulture);

    public string ConnectionString => ConnectionStringOf("breeze_owner", "owner.secret");

    /// <summary>For what the application's owner may not do, such as asking for a checkpoint.</summary>
    public string SuperuserConnectionString => ConnectionStringOf("postgres", "superuser.secret");

    public static async Task<BenchServer> StartAsync(
        bool localAgent = false, string? data = null, TestCertificate? certificate = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        // Not from prepared data: their database does not wait for the disk.
        var process = await ServerProcess.StartAsync(new ServerOptions
        {
            FirstStart = true, LocalAgent = localAgent, DataDirectory = data, Certificate = certificate, Environment = environment ?? new Dictionary<string, string>(),
        });
        return new BenchServer(process, await process.SignInAsync());
    }

    /// <summary>Another database process than before, when the server was started again.</summary>
    string[] Postmaster() => File.ReadAllLines(Path.Combine(Process.DataDirectory, "postgres", "data", "postmaster.pid"));

    string ConnectionStringOf(string user, string secret) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = int.Parse(Postmaster()[3], CultureInfo.InvariantCulture),
        Username = user,
        Password = File.ReadAllText(Path.Combine(Process.DataDirectory, "postgres", secret)).Trim(),
        Database = "breeze",
    }.ConnectionString;

    /// <summary>CPU of the server alone (the database is its child, so it is taken out) and of the database, in microseconds.</summary>
    public (double Server, double Database) Cpu() =>
        (Report.ProcessCpu.OwnMicrosecondsOf(Process.ProcessId), Report.ProcessCpu.MicrosecondsOf(PostgresId));

    /// <summary>Devices at the first site, as enrolment would have made them, written in one go; answers when the server knows them.</summary>
    public async Task<(Guid Id, string Token)[]> EnrolAsync(int count)
    {
        var sites = await Admin.GetFromJsonAsync<JsonElement>("/api/v1/sites");
        var site = sites.GetProperty("data")[0].GetProperty("id").GetGuid();
        var agents = Enumerable.Range(0, count).Select(index => (Id: Guid.CreateVersion7(), Token: $"brz_agent_{Guid.NewGuid():n}")).ToArray();
        await using (var connection = await OpenAsync())
        await using (var command = new NpgsqlCommand(
            """
            WITH given AS (SELECT * FROM unnest($1, $2, $3) AS g (id, hash, number)),
            made AS (
                INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family, os_name, os_version, arch, agent_version)
                SELECT g.id, s.partner_id, s.organization_id, s.id, 'bench-' || g.number, 'bench-' || g.id, 'linux', 'Debian', '12', 'x64', '1.0.0'
                FROM given g CROSS JOIN sites s WHERE s.id = $4 RETURNING id),
            present AS (INSERT INTO device_presence (device_id) SELECT id FROM made)
            INSERT INTO agent_tokens (id, device_id, token_hash, confirmed_at) SELECT gen_random_uuid(), g.id, g.hash, now() FROM given g
            """, connection)
        {
            CommandTimeout = 600,
            Parameters =
            {
                new() { Value = agents.Select(a => a.Id).ToArray() },
                new() { Value = agents.Select(a => SHA256.HashData(Encoding.UTF8.GetBytes(a.Token))).ToArray() },
                new() { Value = Enumerable.Range(0, count).ToArray() }, new() { Value = site },
            },
        })
        {
            await command.ExecuteNonQueryAsync();
        }
        using var last = Process.ClientWith(agents[^1].Token);
        while ((await last.PostAsJsonAsync($"/api/v1/agents/{agents[^1].Id}/heartbeat", new { status = "ok" })).StatusCode == HttpStatusCode.Unauthorized)
        {
            await Task.Delay(250);
        }
        return agents;
    }

    /// <summary>As the database does by itself some minutes after so many rows came.</summary>
    public async Task AnalyzeAsync()
    {
        await using var owner = new NpgsqlConnection(ConnectionString);
        await owner.OpenAsync();
        await using var command = new NpgsqlCommand("VACUUM ANALYZE", owner) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Options=-c role=breeze_system");
        await connection.OpenAsync();
        return connection;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Process.DisposeAsync();
    }
}
