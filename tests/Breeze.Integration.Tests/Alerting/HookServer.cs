using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>A server that runs the fixture's channel, and the receiver to which that posts.</summary>
public sealed class HookServer : IAsyncLifetime
{
    public const string Channels = "/api/v1/notification-channels";
    public const string Routes = "/api/v1/notification-routes";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    ServerProcess? _server;
    HttpClient? _admin;
    HookReceiver? _receiver;

    public ServerProcess Server => _server!;

    public HttpClient Admin => _admin!;

    internal HookReceiver Receiver => _receiver!;

    public Guid Organization { get; private set; }

    public Guid Partner { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _receiver = await HookReceiver.StartAsync();
        _server = await ServerProcess.StartAsync(new ServerOptions { Environment = new Dictionary<string, string> { ["Outgoing__AllowedNetworks__0"] = "127.0.0.0/8" } });
        _admin = await _server.SignInAsync();
        using (var uploaded = await _admin.PostBytesAsync("/api/v1/plugins", Package.Fixture("HookPlugin", "tests.hook", "1.0.0").Sign(), "application/octet-stream"))
        {
            await Http.ReadAsync(uploaded, 201);
        }
        await Http.UntilAsync(async () => (await TypesAsync()).Contains("hook"));
        Organization = (await _admin.GetJsonAsync("/api/v1/organizations")).GetProperty("data")[0].Id();
        Partner = await ServerDatabase.ReadAsync<Guid>(_server, "SELECT partner_id FROM organizations WHERE id = $1", Organization);
    }

    public async Task<List<string>> TypesAsync() => [.. (await Admin.GetJsonAsync($"{Channels}/types")).GetProperty("data").EnumerateArray().Select(t => t.Text("type"))];

    public Task<JsonElement> AddChannelAsync(string name, string path = "", int rate = 1000, HttpClient? by = null, Guid? organization = null) => (by ?? Admin).PostJsonAsync(
        Channels, new { name, type = "hook", organization_id = organization, rate_per_minute = rate, settings = new { url = Receiver.Url + path, token = "hush-hush" } }, 201);

    /// <summary>So many alerts that fire, as another source would raise them.</summary>
    public async Task RaiseAsync(int count, string title)
    {
        await using var connection = new NpgsqlConnection(ServerDatabase.ConnectionStringOf(Server, superuser: true));
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(
            """
            WITH made AS (
                INSERT INTO alerts (id, partner_id, organization_id, source, fingerprint, severity, status, title, started_at, fired_at)
                SELECT breeze_uuid7(), $1, $2, 'alertmanager', gen_random_uuid()::text, 'warning', 'firing', $3 || ' ' || n, now(), now() FROM generate_series(1, $4) AS n RETURNING id)
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at) SELECT breeze_uuid7(), id, $1, 'firing', now() FROM made
            """, connection) { Parameters = { new() { Value = Partner }, new() { Value = Organization }, new() { Value = title }, new() { Value = count } } };
        (await command.ExecuteNonQueryAsync(Token)).ShouldBe(count);
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        if (_receiver is not null)
        {
            await _receiver.DisposeAsync();
        }
    }
}
