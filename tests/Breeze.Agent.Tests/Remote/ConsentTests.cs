using Breeze.Agent.Tests.Support;
using Breeze.Protocol;

namespace Breeze.Agent.Tests.Remote;

/// <summary>What the person at the device says, and what a real agent makes of it.</summary>
public sealed class ConsentTests : IDisposable
{
    readonly TemporaryDirectory _state = new();

    public void Dispose() => _state.Dispose();

    static RemoteConsentTerms Ask(string onTimeout = "deny", string whenNobody = "deny") => new("ask") { OnTimeout = onTimeout, WhenNobody = whenNobody, TimeoutSeconds = 300 };

    [Fact]
    public async Task A_session_begins_only_when_the_person_or_the_rules_allow_it()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer, type: "PromptPlugin"));
        await using var agent = AgentProcess.Run(server, _state);

        await BeginsAsync("allow", Ask(), RemoteConsentWord.Allowed);
        await BeginsAsync("late", Ask(onTimeout: "allow"), RemoteConsentWord.TimedOut);
        await BeginsAsync("nobody", Ask(whenNobody: "allow"), RemoteConsentWord.Nobody);
        await BeginsAsync("somebody", new("notify"), RemoteConsentWord.NotAsked);
        // Nobody sees a silent one, so nobody can end it.
        await BeginsAsync("unwelcome", new("silent"), RemoteConsentWord.NotAsked);
        // A server of before consent: the person is told.
        await BeginsAsync("somebody", null, RemoteConsentWord.NotAsked);

        (await RefusedAsync("deny", Ask())).ShouldBe("Maria did not allow it.");
        (await RefusedAsync("late", Ask(), RemoteConsentWord.TimedOut)).ShouldBe("Nobody at the device answered within 300 seconds, and without an answer it is not allowed there.");
        (await RefusedAsync("late", Ask(onTimeout: "perhaps"), RemoteConsentWord.TimedOut)).ShouldContain("not allowed");
        (await RefusedAsync("nobody", Ask(), RemoteConsentWord.Nobody)).ShouldContain("The chair is empty.");
        (await RefusedAsync("fault", Ask())).ShouldContain("has failed");
        (await RefusedAsync("strange", Ask())).ShouldBe("Maria did not allow it.");
        (await RefusedAsync("allow", new("hypnosis"))).ShouldContain("does not understand");

        async Task BeginsAsync(string technician, RemoteConsentTerms? terms, string answer)
        {
            var peer = await JoinAsync(server, technician, terms);
            (await WordAsync(peer)).Answer.ShouldBe(answer);
            await peer.RelayAsync();
            await peer.SendAsync(RelayFrame.Of(RelayFrame.Message, 0, [7]));
            (await peer.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 0, [7]), technician);
            await peer.SendAsync(RelayFrame.Of(RelayFrame.Message, 1));
            (await peer.EndAsync())!.Reason.ShouldBe("exited");
        }

        async Task<string> RefusedAsync(string technician, RemoteConsentTerms terms, string answer = RemoteConsentWord.Denied)
        {
            var peer = await JoinAsync(server, technician, terms);
            // Whatever the browser says and sends, the provider never sees it.
            await peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Consent) { Consent = new(RemoteConsentWord.Allowed) });
            await peer.RelayAsync();
            await peer.SendAsync(RelayFrame.Of(RelayFrame.Message, 0, [7]));
            var said = new List<string>();
            while (await peer.ReceiveAsync() is { } frame)
            {
                frame.Binary.FirstOrDefault((byte)255).ShouldNotBe(RelayFrame.Message, technician);
                if (frame.Text is { Type: RemoteFrameTypes.Consent } word)
                {
                    said.Add(word.Consent!.Answer);
                }
                if (frame.Text is { Type: RemoteFrameTypes.End } end)
                {
                    peer.Over.TrySetResult();
                    said.ShouldContain(answer, technician);
                    end.Reason.ShouldBe("not_allowed");
                    return end.Message!;
                }
            }
            throw new InvalidOperationException("The agent left without a word.");
        }
    }

    [Fact]
    public async Task Whoever_waits_hears_whom_for_a_resumed_session_is_not_asked_again_and_the_person_ends_it()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer, type: "PromptPlugin"));
        await using var agent = AgentProcess.Run(server, _state);

        var waiting = await JoinAsync(server, "wait", Ask());
        var word = await AskingAsync(waiting);
        (word.Person, word.Seconds).ShouldBe(("Maria", 300));
        // A page that comes later has heard nothing.
        await waiting.SendAsync(new RemoteFrame(RemoteFrameTypes.Peer) { Viewer = 1 });
        (await AskingAsync(waiting)).Seconds.ShouldNotBeNull().ShouldBeInRange(1, 300);
        await waiting.SendAsync(new RemoteFrame(RemoteFrameTypes.End));
        waiting.Over.TrySetResult();

        var first = await JoinAsync(server, "allow", Ask());
        (await WordAsync(first)).Answer.ShouldBe(RemoteConsentWord.Allowed);
        await first.RelayAsync();
        await first.SendAsync(RelayFrame.Of(RelayFrame.Message, 0, [1]));
        (await first.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 0, [1]));
        first.Cut();
        var next = await server.Events.WhenAsync("the session's next socket", () => server.Sessions.LastOrDefault(peer => peer.Session == first.Session && peer != first));
        // Were it asked now, it would be refused.
        await next.SendAsync(new RemoteFrame(RemoteFrameTypes.Session) { Session = new(next.Session, "fixture-echo", "deny") { Consent = Ask() } });
        await next.RelayAsync(arrived: 1);
        await next.SendAsync(RelayFrame.Of(RelayFrame.Message, 1, [2]));
        (await next.MessageAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 1, [2]));
        await next.SendAsync(RelayFrame.Of(RelayFrame.Message, 2));
        (await next.EndAsync())!.Reason.ShouldBe("exited");

        var unwelcome = await JoinAsync(server, "unwelcome", new("notify"));
        await unwelcome.RelayAsync();
        var end = (await unwelcome.EndAsync())!;
        (end.Reason, end.Message).ShouldBe(("ended_at_device", "The person at the device ended this session."));
    }

    [Fact]
    public async Task Where_no_plugin_asks_there_is_nobody()
    {
        await using var server = await TestServer.StartAsync(plugins: signer => TestPackage.Fixture(signer));
        await using var agent = AgentProcess.Run(server, _state);
        var refused = await JoinAsync(server, "Ada", Ask());
        (await WordAsync(refused)).ShouldBe(new RemoteConsentWord(RemoteConsentWord.Nobody) { Detail = "The device has no plugin that could ask." });
        (await refused.EndAsync())!.Reason.ShouldBe("not_allowed");
        var allowed = await JoinAsync(server, "Ada", Ask(whenNobody: "allow"));
        (await WordAsync(allowed)).Answer.ShouldBe(RemoteConsentWord.Nobody);
        await allowed.RelayAsync();
        await allowed.SendAsync(RelayFrame.Of(RelayFrame.Message, 0));
        (await allowed.EndAsync())!.Message.ShouldBe("Good-bye, Ada.");
    }

    /// <summary>The next word of consent that is an answer.</summary>
    static async Task<RemoteConsentWord> WordAsync(RemotePeer peer)
    {
        RemoteConsentWord word;
        do
        {
            word = await NextAsync(peer);
        }
        while (word.Answer == RemoteConsentWord.Asking);
        return word;
    }

    static async Task<RemoteConsentWord> AskingAsync(RemotePeer peer)
    {
        var word = await NextAsync(peer);
        word.Answer.ShouldBe(RemoteConsentWord.Asking);
        return word;
    }

    static async Task<RemoteConsentWord> NextAsync(RemotePeer peer)
    {
        while (await peer.ReceiveAsync() is { } frame)
        {
            if (frame.Text is { Type: RemoteFrameTypes.Consent, Consent: { } word })
            {
                return word;
            }
        }
        throw new InvalidOperationException("The agent said nothing of consent.");
    }

    static async Task<RemotePeer> JoinAsync(TestServer server, string technician, RemoteConsentTerms? terms)
    {
        var session = Guid.NewGuid();
        await server.SendAsync(new ChannelMessage(ChannelMessageTypes.Command) { Command = TestServer.Command("remote.connect", $$"""{"session_id":"{{session}}"}""") });
        var peer = await server.Events.WhenAsync("the session's socket", () => server.Sessions.FirstOrDefault(peer => peer.Session == session));
        await peer.SendAsync(new RemoteFrame(RemoteFrameTypes.Session) { Session = new(session, "fixture-echo", technician) { Company = "Contoso IT", Device = "front", Consent = terms } });
        return peer;
    }
}
