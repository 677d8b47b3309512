using Breeze.WebRtc.DataChannels;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Tests.Ice;
using Breeze.WebRtc.Tests.Sdp;

namespace Breeze.WebRtc.Tests.Connection;

public sealed class PeerConnectionTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_channel_asked_for_before_the_connection_opens_with_it()
    {
        await using var two = new TwoPeers();
        var channel = two.One.CreateDataChannel("terminal", new() { Protocol = "v1" });
        channel.State.ShouldBe(RtcDataChannelState.Connecting);
        two.Negotiate();
        await two.ConnectAsync();
        var accepted = await TwoPeers.AcceptAsync(two.Two);
        (accepted.Label, accepted.Options.Protocol).ShouldBe(("terminal", "v1"));
        await channel.Opened.WaitAsync(Cancel);
        await channel.SendAsync("grüße"u8.ToArray(), text: true, Cancel);
        (await TwoPeers.ReadAsync(accepted)).ShouldBe(("grüße", true));
        await accepted.SendAsync("back"u8.ToArray(), text: false, Cancel);
        (await TwoPeers.ReadAsync(channel)).ShouldBe(("back", false));
        await TwoPeers.ReachAsync(two.One, RtcConnectionState.Connected);
        var pair = two.One.SelectedPair!;
        (pair.IsRelayed, pair.LocalType).ShouldBe((false, IceCandidateType.Host));
        pair.RoundTripTime.ShouldNotBeNull();
    }

    [Fact]
    public async Task Both_sides_open_channels_and_close_them()
    {
        await using var two = new TwoPeers();
        two.Negotiate();
        await two.ConnectAsync();
        var ours = two.One.CreateDataChannel("one");
        var theirs = two.Two.CreateDataChannel("two", new() { Ordered = false });
        var atTwo = await TwoPeers.AcceptAsync(two.Two);
        var atOne = await TwoPeers.AcceptAsync(two.One);
        (atTwo.Label, atOne.Label, atOne.Options.Ordered).ShouldBe(("one", "two", false));
        await Task.WhenAll(ours.Opened, theirs.Opened).WaitAsync(Cancel);
        await ours.CloseAsync().WaitAsync(Cancel);
        await atTwo.Closed.WaitAsync(Cancel);
    }

    [Fact]
    public async Task One_that_leaves_is_noticed_at_once()
    {
        await using var two = new TwoPeers();
        var channel = two.One.CreateDataChannel("x");
        two.Negotiate();
        await two.ConnectAsync();
        await channel.Opened.WaitAsync(Cancel);
        await two.Two.DisposeAsync();
        await channel.Closed.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        await TwoPeers.ReachAsync(two.One, RtcConnectionState.Closed);
    }

    [Fact]
    public async Task Data_flows_through_a_restart_of_ice()
    {
        await using var two = new TwoPeers();
        var channel = two.One.CreateDataChannel("x");
        two.Negotiate();
        await two.ConnectAsync();
        var accepted = await TwoPeers.AcceptAsync(two.Two);
        var before = two.One.SelectedPair;
        two.Negotiate(iceRestart: true);
        await channel.SendAsync("during"u8.ToArray(), true, Cancel);
        (await TwoPeers.ReadAsync(accepted)).Text.ShouldBe("during");
        await TwoPeers.ReachAsync(two.One, RtcConnectionState.Connected);
        await channel.SendAsync("after"u8.ToArray(), true, Cancel);
        (await TwoPeers.ReadAsync(accepted)).Text.ShouldBe("after");
        before.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_certificate_that_was_not_promised_connects_nobody()
    {
        await using var two = new TwoPeers();
        var channel = two.One.CreateDataChannel("x");
        two.Negotiate(change: sdp => System.Text.RegularExpressions.Regex.Replace(sdp, "sha-256 .*", "sha-256 " + SdpSamples.Fingerprint));
        (await Should.ThrowAsync<IOException>(two.Two.Connected.WaitAsync(TimeSpan.FromSeconds(20), Cancel))).Message.ShouldContain("certificate");
        await TwoPeers.ReachAsync(two.Two, RtcConnectionState.Failed);
        await TwoPeers.ReachAsync(two.One, RtcConnectionState.Failed);
        await two.One.DisposeAsync();
        await Should.ThrowAsync<IOException>(channel.Opened);
        await channel.Closed;
    }

    [Fact]
    public async Task Without_a_way_the_connection_fails_in_words()
    {
        await using var two = new TwoPeers(TwoPeers.Local(TwoAgents.Quick) with { IceTransportPolicy = RtcIceTransportPolicy.Relay }, TwoPeers.Local(TwoAgents.Quick));
        two.Negotiate();
        (await Should.ThrowAsync<IOException>(two.One.Connected.WaitAsync(TimeSpan.FromSeconds(20), Cancel))).Message.ShouldContain("No way");
        two.One.ConnectionState.ShouldBe(RtcConnectionState.Failed);
    }

    [Fact]
    public async Task An_offer_with_more_than_data_is_answered_section_by_section()
    {
        await using var peer = new RtcPeerConnection(TwoPeers.Local());
        peer.SetRemoteDescription(new(RtcSdpType.Offer, SdpSamples.Offer));
        peer.SignalingState.ShouldBe(RtcSignalingState.HaveRemoteOffer);
        var answer = peer.CreateAnswer().Sdp;
        answer.ShouldContain("m=audio 0 ");
        answer.ShouldContain("a=mid:data\r\n");
        answer.ShouldContain("a=setup:active\r\n");
        answer.ShouldContain("a=group:BUNDLE data\r\n");
    }

    [Fact]
    public async Task What_comes_at_the_wrong_time_or_is_broken_is_refused_in_words()
    {
        await using var peer = new RtcPeerConnection(TwoPeers.Local());
        Should.Throw<RtcException>(() => peer.CreateAnswer()).Message.ShouldContain("Stable");
        Should.Throw<RtcException>(() => peer.SetRemoteDescription(new(RtcSdpType.Answer, SdpSamples.Offer)));
        Should.Throw<RtcException>(() => peer.SetRemoteDescription(new(RtcSdpType.Offer, "hello"))).Message.ShouldContain("Line 1");
        Should.Throw<RtcException>(() => peer.SetRemoteDescription(new(RtcSdpType.Offer, "v=0\r\n"))).Message.ShouldContain("data channels");
        Should.Throw<RtcException>(() => peer.AddIceCandidate(new("candidate:nonsense", "0", 0, null)));
        peer.AddIceCandidate(new("candidate:1 1 tcp 1 192.0.2.1 9 typ host", "0", 0, null));
        peer.AddIceCandidate(new("", null, null, null));
        Should.Throw<ArgumentException>(() => new RtcPeerConnection(new() { IceServers = [new(["http://x"])] })).Message.ShouldContain("ICE server");
    }

    [Fact]
    public async Task Closing_an_unused_connection_ends_all_that_waits()
    {
        var peer = new RtcPeerConnection(TwoPeers.Local());
        var channel = peer.CreateDataChannel("x");
        var accepting = TwoPeers.AcceptAsync(peer);
        await peer.DisposeAsync();
        await peer.DisposeAsync();
        await Should.ThrowAsync<IOException>(channel.Opened);
        await Should.ThrowAsync<InvalidOperationException>(accepting);
        await Should.ThrowAsync<IOException>(peer.Connected);
        peer.ConnectionState.ShouldBe(RtcConnectionState.Closed);
        peer.CreateDataChannel("late").State.ShouldBe(RtcDataChannelState.Closed);
    }
}
