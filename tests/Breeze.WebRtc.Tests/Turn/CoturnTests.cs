using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Tests.Ice;
using Breeze.WebRtc.Turn;

namespace Breeze.WebRtc.Tests.Turn;

/// <summary>Against a real TURN server.</summary>
public sealed class CoturnTests(Coturn coturn)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    IceOptions Relayed(string url) => TwoAgents.Options() with { RelayOnly = true, Servers = [coturn.Address(url)] };

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task A_relayed_agent_reaches_a_direct_one(string transport)
    {
        await using var two = new TwoAgents(Relayed(transport == "udp" ? coturn.Udp : coturn.Tcp));
        two.Trickle().Begin();
        await two.ConnectAsync();
        var pair = two.A.Selected!;
        pair.Local.Type.ShouldBe(IceCandidateType.Relayed);
        pair.IsRelayed.ShouldBeTrue();
        ((TurnClient)pair.Transport).OverTcp.ShouldBe(transport == "tcp");
        two.B.Selected!.Remote.EndPoint.ShouldBe(pair.Local.EndPoint);
        await two.ExchangeAsync("relayed");
    }

    [Fact]
    public async Task Two_relayed_agents_reach_each_other()
    {
        await using var two = new TwoAgents(Relayed(coturn.Udp), Relayed(coturn.Tcp));
        two.Trickle().Begin();
        await two.ConnectAsync();
        await two.ExchangeAsync("twice");
        two.B.Selected!.Local.Type.ShouldBe(IceCandidateType.Relayed);
        two.B.Selected.Remote.Type.ShouldBe(IceCandidateType.Relayed);
    }

    [Fact]
    public async Task A_direct_way_is_preferred_to_a_relay()
    {
        await using var two = new TwoAgents(Relayed(coturn.Udp) with { RelayOnly = false });
        two.Trickle().Begin();
        await two.ConnectAsync();
        two.A.Selected!.IsRelayed.ShouldBeFalse();
    }

    [Fact]
    public async Task Credentials_whose_time_is_over_are_refused_in_words()
    {
        var server = coturn.Address(coturn.Udp) with { Username = "1000000000:tester" };
        var (client, error) = await TurnConnector.ConnectAsync(server, TimeProvider.System, (_, _, _) => { }, Cancel);
        client.ShouldBeNull();
        error!.ShouldContain("credentials");
    }

    [Fact]
    public async Task Over_tls_only_a_trusted_server_is_asked()
    {
        var server = coturn.Address(coturn.Tls);
        var (refused, error) = await TurnConnector.ConnectAsync(server, TimeProvider.System, (_, _, _) => { }, Cancel);
        refused.ShouldBeNull();
        error!.ShouldContain("certificate");
        var (client, none) = await TurnConnector.ConnectAsync(server, TimeProvider.System, (_, _, _) => { }, Cancel, (_, certificate, _, _) => certificate!.Subject == "CN=turn.test");
        none.ShouldBeNull();
        await using (client)
        {
            client!.OverTcp.ShouldBeTrue();
            client.LocalEndPoint.Port.ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task What_a_server_sees_of_a_socket_is_a_candidate()
    {
        // On one machine nothing translates addresses, so the reflexive candidate is the host's and is left out.
        await using var agent = new IceAgent(TwoAgents.Options() with { Servers = [coturn.Address(coturn.Udp) with { Kind = IceServerKind.Stun }] });
        var ended = new TaskCompletionSource();
        agent.CandidateFound += c => _ = c is null && ended.TrySetResult();
        agent.Gather();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        agent.Candidates.Select(c => c.Type).ShouldBe([IceCandidateType.Host]);
    }
}
