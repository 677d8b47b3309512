using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
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
        var lines = File.ReadAllLines(Path.Combine(process.DataDirectory, "postgres", "data", "postmaster.pid"));
        PostgresId = int.Parse(lines[0], CultureInfo.InvariantCulture);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = int.Parse(lines[3], CultureInfo.InvariantCulture),
            Username = "breeze_owner",
            Password = File.ReadAllText(Path.Combine(process.DataDirectory, "postgres", "owner.secret")).Trim(),
            Database = "breeze",
        }.ConnectionString;
    }

    public ServerProcess Process { get; }

    public HttpClient Admin { get; }

    public int PostgresId { get; }

    public string ConnectionString { get; }

    public static async Task<BenchServer> StartAsync(bool localAgent = false)
    {
        var process = await ServerProcess.StartAsync(new ServerOptions { LocalAgent = localAgent });
        return new BenchServer(process, await process.SignInAsync());
    }

    /// <summary>CPU of the server alone (the database is its child, so it is taken out) and of the database, in microseconds.</summary>
    public (double Server, double Database) Cpu() =>
        (Report.ProcessCpu.OwnMicrosecondsOf(Process.ProcessId), Report.ProcessCpu.MicrosecondsOf(PostgresId));

    public async Task<(Guid Id, string Token)[]> EnrolAsync(int count)
    {
        var sites = await Admin.GetFromJsonAsync<JsonElement>("/api/v1/sites");
        var site = sites.GetProperty("data")[0].GetProperty("id").GetGuid();
        using var created = await Admin.PostAsJsonAsync("/api/v1/enrollment-keys", new { site_id = site, expires_in_hours = 1 });
        var key = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
        var agents = new (Guid, string)[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (index, token) =>
        {
            using var answer = await Process.Client.PostAsJsonAsync("/api/v1/agents/enroll", new
            {
                enrollment_key = key,
                hostname = $"bench-{index}",
                machine_id = $"bench-{index}",
                os = new { family = "linux", name = "Debian", version = "12", arch = "x64" },
                agent_version = "1.0.0",
            }, token);
            var body = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(token);
            agents[index] = (body.GetProperty("agent_id").GetGuid(), body.GetProperty("auth_token").GetString()!);
        });
        return agents;
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
