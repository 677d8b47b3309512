using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Breeze.Integration.Tests.Support;

/// <summary>An agent written from the wire shapes alone: it shares no code with ours.</summary>
public sealed class FakeAgent : IDisposable
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    readonly JsonElement _enrolled;

    FakeAgent(HttpClient client, JsonElement enrolled, string machineId)
    {
        _enrolled = enrolled;
        Client = client;
        Id = enrolled.GetProperty("agent_id").GetGuid();
        Token = enrolled.GetProperty("auth_token").GetString()!;
        Config = enrolled.GetProperty("config");
        MachineId = machineId;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public HttpClient Client { get; }

    public Guid Id { get; }

    public string Token { get; }

    public JsonElement Config { get; }

    public string MachineId { get; }

    public string HeartbeatPath => $"/api/v1/agents/{Id}/heartbeat";

    public string ResultPath(Guid commandId) => $"/api/v1/agents/{Id}/commands/{commandId}/result";

    public static object Request(string key, string? hostname = null, string? machineId = null) => new
    {
        enrollment_key = key,
        hostname = hostname ?? "fake",
        machine_id = machineId ?? Guid.NewGuid().ToString(),
        os = new { family = "linux", name = "Debian GNU/Linux", version = "13", arch = "x86_64" },
        agent_version = "9.9.9",
    };

    /// <summary>Makes a key, then enrols with it.</summary>
    public static async Task<FakeAgent> EnrolAsync(Uri server, HttpClient admin, Guid siteId, string? hostname = null, string? machineId = null)
    {
        var key = await admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = siteId, max_uses = 1, expires_in_hours = 1 }, 201);
        return await EnrolAsync(server, key.Text("key"), hostname, machineId);
    }

    public static async Task<FakeAgent> EnrolAsync(Uri server, string key, string? hostname = null, string? machineId = null)
    {
        machineId ??= Guid.NewGuid().ToString();
        var client = NewClient(server);
        return new FakeAgent(client, await client.PostJsonAsync("/api/v1/agents/enroll", Request(key, hostname, machineId), 201), machineId);
    }

    /// <summary>The same agent, talking to another node of the install.</summary>
    public FakeAgent At(Uri server) => new(NewClient(server), _enrolled, MachineId);

    /// <summary>The plain form.</summary>
    public Task<JsonElement> HeartbeatAsync(Dictionary<string, object?>? metrics = null) =>
        Client.PostJsonAsync(HeartbeatPath, new { status = "ok", agent_version = "9.9.9", metrics = metrics ?? [] });

    public Task<HttpResponseMessage> SendHeartbeatAsync(string json) => Client.PostTextAsync(HeartbeatPath, json);

    public Task<JsonElement> ResultAsync(Guid commandId, string status = "completed", int? exitCode = 0, string stdout = "", string stderr = "") =>
        Client.PostJsonAsync(ResultPath(commandId), new { status, exit_code = exitCode, stdout, stderr });

    /// <param name="session">A remote session to join; null for the wake channel.</param>
    public async Task<ClientWebSocket> ConnectAsync(Guid? session = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {Token}");
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new UriBuilder(Client.BaseAddress!) { Scheme = "ws", Path = $"/ws/agents/{Id}", Query = session is null ? "" : $"session={session}" }.Uri, Cancellation);
        return socket;
    }

    /// <summary>Waits for a message of a type.</summary>
    public static async Task<JsonElement> ReceiveAsync(WebSocket socket, string type)
    {
        var buffer = new byte[1 << 18];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(length), Cancellation);
                length += received.Count;
            }
            while (!received.EndOfMessage);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                throw new InvalidOperationException($"The channel was closed instead of a message of type {type}.");
            }
            var message = JsonElement.Parse(Encoding.UTF8.GetString(buffer, 0, length));
            if (message.Text("type") == type)
            {
                return message;
            }
        }
    }

    static HttpClient NewClient(Uri server) => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = server };

    public void Dispose() => Client.Dispose();
}
