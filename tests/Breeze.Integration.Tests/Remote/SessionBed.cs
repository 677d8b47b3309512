using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Xunit;

namespace Breeze.Integration.Tests.Remote;

/// <summary>What tests of remote sessions do over and over.</summary>
static class SessionBed
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<FakeAgent> OnlineAsync(SharedServer shared)
    {
        var agent = await shared.EnrolAsync();
        await agent.HeartbeatAsync();
        return agent;
    }

    public static Task<HttpResponseMessage> PostAsync(HttpClient client, Guid device, string kind) =>
        client.PostTextAsync("/api/v1/remote/sessions", JsonSerializer.Serialize(new { device_id = device, kind, options = new { columns = 80, rows = 24 } }));

    public static async Task<(Guid Id, string Ticket)> AskAsync(HttpClient client, FakeAgent agent)
    {
        var created = await Http.ReadAsync(await PostAsync(client, agent.Id, "terminal"), 201);
        return (created.Id(), created.Text("ticket"));
    }

    public static Uri Address(ServerProcess server, Guid session) => new UriBuilder(server.Url) { Scheme = "ws", Path = $"/ws/remote/{session}" }.Uri;

    /// <summary>Opens the browser's socket and says the first frame.</summary>
    /// <param name="server">Where.</param>
    /// <param name="session">Which session.</param>
    /// <param name="join">The frame.</param>
    /// <param name="by">Whose sign-in it is; null for nobody's.</param>
    public static async Task<ClientWebSocket> JoinAsync(ServerProcess server, Guid session, object join, HttpClient? by = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", server.Url.GetLeftPart(UriPartial.Authority));
        if (by?.DefaultRequestHeaders.Authorization is { } authorization)
        {
            socket.Options.SetRequestHeader("Authorization", authorization.ToString());
        }
        await socket.ConnectAsync(Address(server, session), Token);
        await SayAsync(socket, join);
        return socket;
    }

    public static Task SayAsync(ClientWebSocket socket, object frame) => socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, true, Token);

    /// <summary>Reads until the server has closed the socket.</summary>
    public static async Task ClosedAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Closed without a word is closed as well.
        }
    }
}
