using Breeze.Agent.Tests.Support;
using Breeze.Protocol;

namespace Breeze.Agent.Tests.Remote;

/// <summary>Sessions of a real agent with a server whose frames a test decides.</summary>
public sealed class RemoteSessionTests : IDisposable
{
    readonly TemporaryDirectory _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task A_session_is_joined_relayed_and_ends_with_the_plugins_words_and_later_with_the_agents()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using var agent = AgentProcess.Run(server, _state);
        var (peer, command) = await JoinAsync(server, "fixture-echo");
        (await server.ResultAsync(command)).Status.ShouldBe("completed");

        // Nothing on it can answer an offer, and it says so.
        await peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Offer) { Sdp = "v=0" });
        (await peer.NextAsync())!.Value.Text.ShouldBe(new RemoteFrame(RemoteFrameTypes.Answer));
        await peer.RelayAsync();
        // Only the beginning says what a session is; this must change nothing.
        await peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Session) { Session = new(Guid.NewGuid(), "fixture-other", "Another") });
        await peer.SendAsync(RelayFrame.Of(RelayFrame.Message, 0, [1, 2, 3]));
        (await peer.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 0, [1, 2, 3]));
        await peer.SendAsync(RelayFrame.Of(RelayFrame.Message, 1));
        var end = await peer.EndAsync();
        end!.Reason.ShouldBe("exited");
        end.Message.ShouldBe("Good-bye, Ada.");

        var (flooded, _) = await JoinAsync(server, "fixture-echo");
        await flooded.RelayAsync();
        await flooded.SendAsync(9, 9);
        (await flooded.EndAsync())!.Reason.ShouldBe("flood");

        var (replaced, _) = await JoinAsync(server, "fixture-echo");
        await replaced.RelayAsync();
        agent.Terminate();
        (await replaced.EndAsync())!.Reason.ShouldBe("agent_stopped");
        (await agent.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_plugins_transport_carries_the_same_frames_and_the_relay_is_there_when_it_does_not_connect()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer, type: "TransportPlugin"));
        await using var agent = AgentProcess.Run(server, _state);
        var (peer, _) = await JoinAsync(server, "fixture-echo");
        await peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Peer) { Viewer = 1 });
        await peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Offer) { Sdp = "an offer" });
        (await peer.NextAsync())!.Value.Text!.Sdp.ShouldBe("to an offer");
        await peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Transport) { Transport = "direct" });
        await peer.SendAsync(Candidate(RelayFrame.Of(RelayFrame.Arrived, 0)));
        await peer.SendAsync(Candidate(RelayFrame.Of(RelayFrame.Message, 0, [4, 2])));
        (await peer.NextAsync())!.Value.Text.ShouldBe(Candidate(RelayFrame.Of(RelayFrame.Arrived, 0)));
        (await peer.NextAsync())!.Value.Text.ShouldBe(Candidate(RelayFrame.Of(RelayFrame.Taken, 0)));
        (await peer.NextAsync())!.Value.Text.ShouldBe(Candidate(RelayFrame.Of(RelayFrame.Message, 0, [4, 2])));
        // A second way while the first stands: the browser has lost it, and has not got the answer.
        await peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Offer) { Sdp = "unreachable" });
        await peer.RelayAsync();
        (await peer.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 0, [4, 2]));
        await peer.SendAsync(RelayFrame.Of(RelayFrame.Message, 1));
        (await peer.EndAsync())!.Reason.ShouldBe("exited");

        var (relayed, _) = await JoinAsync(server, "fixture-echo");
        await relayed.SendAsync(new RemoteFrame(RemoteFrameTypes.Offer) { Sdp = "unreachable" });
        await relayed.RelayAsync();
        await relayed.SendAsync(RelayFrame.Of(RelayFrame.Message, 0, [4, 2]));
        (await relayed.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 0, [4, 2]));

        var (failed, _) = await JoinAsync(server, "fixture-echo");
        await failed.SendAsync(new RemoteFrame(RemoteFrameTypes.Offer) { Sdp = "unreachable" });
        await failed.SendAsync(new RemoteFrame(RemoteFrameTypes.Transport) { Transport = "turn" });
        (await failed.EndAsync())!.Message!.ShouldContain("did not come to be");

        static RemoteFrame Candidate(params byte[] frame) => new(RemoteFrameTypes.Candidate) { Candidate = Convert.ToBase64String(frame) };
    }

    [Fact]
    public async Task A_session_goes_on_over_the_next_socket_as_if_nothing_had_happened_and_a_new_page_begins_anew()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using var agent = AgentProcess.Run(server, _state);
        var (peer, _) = await JoinAsync(server, "fixture-echo");
        await peer.RelayAsync();
        await peer.SendAsync(RelayFrame.Of(RelayFrame.Message, 0, [1]));
        await peer.SendAsync(RelayFrame.Of(RelayFrame.Message, 1, [2]));
        (await peer.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 0, [1]));
        (await peer.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 1, [2]));
        peer.Cut();

        // The browser had the first echo and not the second, and does not know that its own second message has arrived.
        var next = await NextAsync(server, peer);
        await next.RelayAsync(arrived: 1);
        await next.SendAsync(RelayFrame.Of(RelayFrame.Message, 1, [2]));
        await next.SendAsync(RelayFrame.Of(RelayFrame.Message, 2, [3]));
        (await next.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 1, [2]));
        (await next.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 2, [3]));

        // Another page knows nothing of it; the session is the same.
        await next.RelayAsync(viewer: 2);
        await next.SendAsync(RelayFrame.Of(RelayFrame.Message, 0, [4]));
        (await next.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 0, [4]));
        next.Cut();

        // Waiting for the server, it can still be stopped.
        agent.Terminate();
        (await agent.ExitAsync()).ShouldBe(0);

        static async Task<RemotePeer> NextAsync(TestServer server, RemotePeer before)
        {
            var peer = await server.Events.WhenAsync("the session's next socket", () => server.Sessions.LastOrDefault(peer => peer.Session == before.Session && peer != before));
            await peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Session) { Session = new(before.Session, "fixture-echo", "Ada") });
            return peer;
        }
    }

    [Fact]
    public async Task What_cannot_be_joined_fails_with_words()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using var agent = AgentProcess.Run(server, _state);

        var (unknown, first) = await JoinAsync(server, "hologram");
        var end = await unknown.EndAsync();
        end!.Reason.ShouldBe("unavailable");
        end.Message.ShouldBe("No plugin on this device serves sessions of this kind. There are: fixture-echo.");
        (await server.ResultAsync(first)).ShouldSatisfyAllConditions(result => result.Status.ShouldBe("failed"), result => result.Stderr.ShouldBe(end.Message));

        var (foreign, second) = await JoinAsync(server, "fixture-echo", peer => peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Transport) { Transport = "relay" }));
        (await foreign.EndAsync()).ShouldBeNull();
        (await server.ResultAsync(second)).Stderr!.ShouldContain("did not begin with what the session is");

        var (another, third) = await JoinAsync(
            server, "fixture-echo", peer => peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Session) { Session = new(Guid.NewGuid(), "fixture-echo", "Ada") }));
        (await another.EndAsync()).ShouldBeNull();
        (await server.ResultAsync(third)).Status.ShouldBe("failed");

        var malformed = TestServer.Command("remote.connect", """{"session_id":"x"}""");
        await server.SendAsync(new ChannelMessage(ChannelMessageTypes.Command) { Command = malformed });
        (await server.ResultAsync(malformed.Id)).Status.ShouldBe("rejected");
    }

    /// <summary>Asks the agent to join, and speaks first as the server does unless told otherwise.</summary>
    static async Task<(RemotePeer Peer, Guid Command)> JoinAsync(TestServer server, string kind, Func<RemotePeer, Task>? begin = null)
    {
        var session = Guid.NewGuid();
        var command = TestServer.Command("remote.connect", $$"""{"session_id":"{{session}}"}""");
        await server.SendAsync(new ChannelMessage(ChannelMessageTypes.Command) { Command = command });
        var peer = await server.Events.WhenAsync("the session's socket", () => server.Sessions.FirstOrDefault(peer => peer.Session == session));
        await (begin?.Invoke(peer) ?? peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Session) { Session = new(session, kind, "Ada") }));
        return (peer, command.Id);
    }
}
