using System.Net;
using System.Net.Sockets;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Stun;
using Breeze.WebRtc.Tests.Turn;

namespace Breeze.WebRtc.Tests.Ice;

public sealed class IceAgentTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Two_agents_find_each_other(string address)
    {
        await using var two = new TwoAgents(TwoAgents.Options(addresses: address), TwoAgents.Options(addresses: address));
        two.Trickle().Begin();
        await two.ConnectAsync();
        await two.ExchangeAsync("hello");
        two.A.Selected!.Remote.EndPoint.ShouldBe(two.B.Selected!.Local.EndPoint);
        two.A.Selected.RoundTripTime.ShouldNotBeNull();
        await TwoAgents.ReachAsync(two.A, IceState.Completed);
    }

    [Fact]
    public async Task The_best_of_several_ways_is_taken()
    {
        await using var two = new TwoAgents(TwoAgents.Options(addresses: ["127.0.0.2", "127.0.0.3"]), TwoAgents.Options(addresses: ["127.0.0.4", "127.0.0.5"]));
        two.Trickle().Begin();
        await two.ConnectAsync();
        two.A.Selected!.Local.EndPoint.Address.ToString().ShouldBe("127.0.0.2");
        two.A.Selected.Remote.EndPoint.Address.ToString().ShouldBe("127.0.0.4");
    }

    [Fact]
    public async Task A_side_that_names_no_candidate_is_found_by_its_checks()
    {
        await using var two = new TwoAgents();
        two.Trickle(bToA: false).Begin();
        await two.ConnectAsync();
        two.A.Selected!.Remote.Type.ShouldBe(IceCandidateType.PeerReflexive);
        await two.ExchangeAsync("found");
    }

    [Fact]
    public async Task A_check_that_comes_before_the_answer_is_not_lost()
    {
        await using var two = new TwoAgents();
        two.Trickle(bToA: false);
        two.A.Gather();
        two.B.SetRemote(two.A.Local);
        two.B.Gather();
        // B checks already; A knows nothing of B yet.
        await TwoAgents.ReachAsync(two.B, IceState.Checking);
        two.A.SetRemote(two.B.Local);
        await two.ConnectAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_conflict_of_roles_is_settled(bool controlling)
    {
        await using var two = new TwoAgents();
        two.A.Controlling = controlling;
        two.B.Controlling = controlling;
        two.Trickle().Begin();
        await two.ConnectAsync();
        await two.ExchangeAsync("settled");
        two.A.Controlling.ShouldNotBe(two.B.Controlling);
    }

    [Fact]
    public async Task A_wrong_password_connects_nobody()
    {
        await using var two = new TwoAgents(TwoAgents.Options(TwoAgents.Quick), TwoAgents.Options(TwoAgents.Quick));
        two.Trickle();
        two.A.SetRemote(two.B.Local with { Password = new string('x', 24) });
        two.B.SetRemote(two.A.Local with { Password = new string('y', 24) });
        two.A.Gather();
        two.B.Gather();
        await TwoAgents.ReachAsync(two.A, IceState.Failed);
        two.A.Selected.ShouldBeNull();
        await TwoAgents.ReachAsync(two.B, IceState.Failed);
    }

    [Fact]
    public async Task A_peer_that_falls_silent_is_noticed_and_then_given_up()
    {
        await using var two = new TwoAgents(TwoAgents.Options(TwoAgents.Quick), TwoAgents.Options(TwoAgents.Quick));
        two.Trickle().Begin();
        await two.ConnectAsync();
        await two.B.DisposeAsync();
        await TwoAgents.ReachAsync(two.A, IceState.Disconnected);
        await TwoAgents.ReachAsync(two.A, IceState.Failed);
        two.A.Selected.ShouldBeNull();
    }

    [Fact]
    public async Task Consent_keeps_a_pair_alive()
    {
        await using var two = new TwoAgents(TwoAgents.Options(TwoAgents.Quick), TwoAgents.Options(TwoAgents.Quick));
        two.Trickle().Begin();
        await two.ConnectAsync();
        var lost = two.A.State;
        two.A.StateChanged += s => lost = s is IceState.Disconnected or IceState.Failed ? s : lost;
        // Longer than it takes to be given up.
        await Task.Delay(TwoAgents.Quick.FailedAfter * 1.2, Cancel);
        lost.ShouldBeOneOf(IceState.Connected, IceState.Completed);
        await two.ExchangeAsync("still here");
    }

    [Fact]
    public async Task A_restart_makes_new_credentials_and_connects_again()
    {
        await using var two = new TwoAgents();
        two.Trickle().Begin();
        await two.ConnectAsync();
        var (a, b) = (two.A.Local, two.B.Local);
        two.A.Restart();
        two.B.Restart();
        two.A.Local.ShouldNotBe(a);
        // The old way serves until the new one is there.
        two.A.Selected.ShouldNotBeNull();
        await two.ExchangeAsync("meanwhile");
        two.A.SetRemote(two.B.Local);
        two.B.SetRemote(two.A.Local);
        await two.ConnectAsync();
        await two.ExchangeAsync("again");
        two.B.Local.ShouldNotBe(b);
    }

    [Fact]
    public async Task After_a_change_of_the_network_the_new_address_takes_over()
    {
        List<IPAddress> addresses = [IPAddress.Parse("127.0.0.2")];
        await using var two = new TwoAgents(TwoAgents.Options(TwoAgents.Quick) with { Addresses = () => addresses }, TwoAgents.Options(TwoAgents.Quick));
        two.Trickle().Begin();
        await two.ConnectAsync();
        var moved = new TaskCompletionSource();
        two.A.SelectedChanged += moved.SetResult;
        addresses = [IPAddress.Parse("127.0.0.3")];
        two.A.Refresh();
        await moved.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        two.A.Selected!.Local.EndPoint.Address.ToString().ShouldBe("127.0.0.3");
        await two.ExchangeAsync("moved");
        two.B.Selected!.Remote.EndPoint.Address.ToString().ShouldBe("127.0.0.3");
    }

    [Fact]
    public async Task Who_does_not_know_the_password_gets_no_answer_and_changes_nothing()
    {
        await using var agent = new IceAgent(TwoAgents.Options());
        var found = new TaskCompletionSource<IceCandidate>();
        var received = 0;
        agent.Received = _ => received++;
        agent.CandidateFound += c => found.TrySetResult(c!);
        agent.SetRemote(IceCredentials.Create());
        agent.Gather();
        var at = (await found.Task.WaitAsync(Cancel)).EndPoint;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var random = new Random(3);
        for (var i = Math.Min(Fuzz.Rounds(300), 20_000); i > 0; i--)
        {
            var request = new StunBuilder(StunClass.Request, StunMethod.Binding, StunTransactionId.Create())
                .Add(StunAttribute.Username, $"{agent.Local.Fragment}:abcd").Add(StunAttribute.IceControlling, 1ul).Add(StunAttribute.Priority, 1).Add(StunAttribute.UseCandidate);
            var message = (i % 3) switch { 0 => request.Fingerprint().Build(), 1 => request.Sign([1, 2, 3]).Fingerprint().Build(), _ => Fuzz.Mutate([22, .. request.Build()], random) };
            socket.SendTo(message, at);
        }
        // One that does is answered, and it was sent last: so nothing came for the others.
        var proper = new StunBuilder(StunClass.Request, StunMethod.Binding, StunTransactionId.Create())
            .Add(StunAttribute.Username, $"{agent.Local.Fragment}:abcd").Add(StunAttribute.Priority, 1).Add(StunAttribute.IceControlling, ulong.MaxValue).Sign(agent.Local.Key).Fingerprint();
        var buffer = new byte[2048];
        var answer = socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Cancel).AsTask();
        do
        {
            socket.SendTo(proper.Build(), at);
        }
        while (await Task.WhenAny(answer, Task.Delay(200, Cancel)) != answer);
        StunMessage.TryParse(buffer.AsSpan(0, (await answer).ReceivedBytes), out var first).ShouldBeTrue();
        first.Id.ShouldBe(proper.Id);
        first.Mapped.ShouldBe(socket.LocalEndPoint);
        received.ShouldBe(0);
        agent.Selected.ShouldBeNull();
    }

    [Fact]
    public async Task What_a_stun_server_sees_is_a_candidate()
    {
        var seen = IPEndPoint.Parse("203.0.113.5:1000");
        await using var server = new FakeTurnServer((r, _) => new StunBuilder(StunClass.Success, r.Method, r.Id).Add(StunAttribute.XorMappedAddress, seen));
        await using var agent = new IceAgent(TwoAgents.Options() with { Servers = [server.Address with { Kind = IceServerKind.Stun }] });
        var gathered = new TaskCompletionSource();
        agent.CandidateFound += c => _ = c is null && gathered.TrySetResult();
        agent.Gather();
        await gathered.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        agent.Candidates.Select(c => c.Type).ShouldBe([IceCandidateType.Host, IceCandidateType.ServerReflexive]);
        agent.Candidates[1].EndPoint.ShouldBe(seen);
        agent.Candidates[1].Related.ShouldBe(agent.Candidates[0].EndPoint);
    }

    [Fact]
    public async Task A_relay_that_ends_is_replaced()
    {
        // A life of a second, and a server that then knows nothing of it.
        await using var server = new FakeTurnServer((r, from) =>
            !r.HasIntegrity ? null : r.Method == StunMethod.Allocate ? FakeTurnServer.Allocated(r, from, lifetime: 1).Sign(FakeTurnServer.Key) : FakeTurnServer.Refuse(r, 437));
        await using var agent = new IceAgent(TwoAgents.Options() with { RelayOnly = true, Servers = [server.Address] });
        var found = new SemaphoreSlim(0);
        agent.CandidateFound += c => _ = c is { Type: IceCandidateType.Relayed } ? found.Release() : 0;
        agent.Gather();
        (await found.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).ShouldBeTrue();
        (await found.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Disposing_twice_or_unused_is_harmless()
    {
        var agent = new IceAgent(TwoAgents.Options());
        agent.Send([22]);
        await agent.DisposeAsync();
        await agent.DisposeAsync();
        agent.Gather();
        agent.Restart();
        agent.AddRemote(new IceCandidate("1", 1, new(IPAddress.Loopback, 5), IceCandidateType.Host));
        agent.State.ShouldBe(IceState.Closed);
    }
}
