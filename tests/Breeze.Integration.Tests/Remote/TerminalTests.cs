using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Breeze.Integration.Tests.Faults;
using Breeze.Integration.Tests.SignIn;
using Breeze.Integration.Tests.Support;
using Breeze.Protocol;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Remote;

/// <summary>A shell of a real agent, through the real server, as a browser has it over the relay.</summary>
[Collection(FaultServer.WithAgent)]
public sealed class TerminalTests(FaultServer machine)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_technician_types_into_a_shell_of_the_device_and_the_session_ends_with_it()
    {
        var server = machine.Server;
        using var admin = await server.SignInAsync(Token);
        using (var set = await admin.PatchAsync("/api/v1/partner", new StringContent("""{"record_terminals":true}""", Encoding.UTF8, "application/json"), Token))
        {
            ((int)set.StatusCode).ShouldBe(200);
        }
        var device = await OnlineDeviceAsync(admin);
        var asked = await admin.PostJsonAsync("/api/v1/remote/sessions", new { device_id = device, kind = "terminal", options = new { shell = "/bin/bash", columns = 100, rows = 30 } }, 201);

        using var browser = new ClientWebSocket();
        browser.Options.SetRequestHeader("Origin", server.Url.ToString().TrimEnd('/'));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        await browser.ConnectAsync(new UriBuilder(server.Url) { Scheme = "ws", Path = $"/ws/remote/{asked.Id()}" }.Uri, limit.Token);
        await SendAsync(browser, new(RemoteFrameTypes.Join) { Ticket = asked.Text("ticket") }, limit.Token);
        var screen = new StringBuilder();
        var (typed, exited, info, end) = (0, -1, (string?)null, (RemoteFrame?)null);
        while (end is null)
        {
            var (type, content) = await ReceiveAsync(browser, limit.Token);
            type.ShouldNotBe(WebSocketMessageType.Close, $"the last frame says why; the screen has {screen}, and the server said {server.Output}");
            if (type == WebSocketMessageType.Text)
            {
                var frame = JsonSerializer.Deserialize(content, ProtocolJson.Default.RemoteFrame)!;
                if (frame.Type == RemoteFrameTypes.Session)
                {
                    frame.Session!.Kind.ShouldBe("terminal");
                }
                else if (frame.Type == RemoteFrameTypes.Peer)
                {
                    await SendAsync(browser, new(RemoteFrameTypes.Transport) { Transport = "relay" }, limit.Token);
                    await browser.SendAsync(RelayFrame.Of(RelayFrame.Arrived, 0), WebSocketMessageType.Binary, true, limit.Token);
                }
                end = frame.Type == RemoteFrameTypes.End ? frame : null;
                continue;
            }
            if (content[0] != RelayFrame.Message)
            {
                continue;
            }
            switch (content[RelayFrame.Head])
            {
                case 0:
                    screen.Append(Encoding.UTF8.GetString(content.AsSpan(RelayFrame.Head + 1)));
                    if (typed == 1 && screen.ToString().Contains("size 30 100 of 42", StringComparison.Ordinal))
                    {
                        typed++;
                        await TypeAsync(browser, 1, "exit 3\n", limit.Token);
                    }
                    break;
                case 2:
                    info = Encoding.UTF8.GetString(content.AsSpan(RelayFrame.Head + 1));
                    typed++;
                    await TypeAsync(browser, 0, "echo size $(stty size) of $((6*7))\n", limit.Token);
                    break;
                case 3:
                    exited = content[^1];
                    break;
            }
        }

        info!.ShouldContain("\"shell\":\"/bin/bash\"");
        exited.ShouldBe(3, screen.ToString());
        end.Reason.ShouldBe("exited");
        var row = await admin.GetJsonAsync($"/api/v1/remote/sessions/{asked.Id()}");
        row.Text("status").ShouldBe("ended");
        row.Text("transport").ShouldBe("relay");
        row.Text("end_reason").ShouldBe("exited");
        row.GetProperty("ended_at").ValueKind.ShouldBe(JsonValueKind.String);

        // What the company keeps of it is what the technician saw, and the agent sends the rest after the end.
        row.GetProperty("recorded").GetBoolean().ShouldBeTrue();
        var cast = "";
        await Http.UntilAsync(async () =>
        {
            using var recording = await admin.GetAsync($"/api/v1/remote/sessions/{asked.Id()}/recording", Token);
            cast = recording.IsSuccessStatusCode ? await recording.Content.ReadAsStringAsync(Token) : "";
            return cast.EndsWith(']' + "\n", StringComparison.Ordinal) && Shown(cast).Length >= screen.Length;
        });
        cast.ShouldStartWith("{\"version\":2,\"width\":100,\"height\":30,");
        Shown(cast).ShouldBe(screen.ToString());
        screen.ToString().ShouldStartWith("\e[3mThis session is recorded.");
        using var pages = await PageClient.SignInAsync(server, ServerProcess.AdminEmail, ServerProcess.AdminPassword);
        using var opened = await pages.SendAsync($"/devices/{device}/terminal", "?handler=Open");
        (await opened.Content.ReadAsStringAsync(Token)).ShouldContain("Recorded</span>");
    }

    static string Shown(string cast) => string.Concat(
        cast.TrimEnd('\n').Split('\n').Skip(1).Select(line => JsonElement.Parse(line)).Where(e => e[1].GetString() == "o").Select(e => e[2].GetString()));

    static async Task<Guid> OnlineDeviceAsync(HttpClient admin)
    {
        JsonElement? online = null;
        await Http.UntilAsync(async () =>
        {
            online = (await admin.GetJsonAsync("/api/v1/devices")).GetProperty("data").EnumerateArray().Cast<JsonElement?>()
                .FirstOrDefault(d => d!.Value.Text("status") == "online" && d.Value.GetProperty("live").GetBoolean());
            return online is not null;
        }, TimeSpan.FromSeconds(60));
        return online!.Value.Id();
    }

    static Task TypeAsync(ClientWebSocket browser, uint number, string text, CancellationToken cancellationToken) =>
        browser.SendAsync(RelayFrame.Of(RelayFrame.Message, number, [0, .. Encoding.UTF8.GetBytes(text)]), WebSocketMessageType.Binary, true, cancellationToken);

    static Task SendAsync(ClientWebSocket browser, RemoteFrame frame, CancellationToken cancellationToken) =>
        browser.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame, ProtocolJson.Default.RemoteFrame), WebSocketMessageType.Text, true, cancellationToken);

    static async Task<(WebSocketMessageType Type, byte[] Content)> ReceiveAsync(ClientWebSocket browser, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[RelayFrame.Maximum];
        WebSocketReceiveResult part;
        do
        {
            part = await browser.ReceiveAsync(new ArraySegment<byte>(buffer), cancellationToken);
            content.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return (part.MessageType, content.ToArray());
    }
}
