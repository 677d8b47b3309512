using Breeze.WebRtc.DataChannels;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Ice.Mdns;
using Breeze.WebRtc.Tests.Turn;

namespace Breeze.WebRtc.Tests.Connection;

/// <summary>Against a real browser.</summary>
public sealed class ChromiumTests(Chromium browser, Coturn coturn) : IClassFixture<Chromium>
{
    const int Megabytes = 5 * 1024 * 1024;
    const int Chunk = 64 * 1024;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    RtcConfiguration Relay(string url) => TwoPeers.Local() with { IceServers = [new([url], coturn.Username, coturn.Credential)], IceTransportPolicy = RtcIceTransportPolicy.Relay };

    object BrowserRelay(string url) => new { iceTransportPolicy = "relay", iceServers = new[] { new { urls = url, username = coturn.Username, credential = coturn.Credential } } };

    [Fact]
    public async Task The_browser_offers_and_both_sides_echo()
    {
        await using var peer = await BrowserPeer.OpenAsync(browser, new());
        await peer.BrowserOffersAsync("echo");
        var channel = await TwoPeers.AcceptAsync(peer.Own);
        channel.Label.ShouldBe("echo");
        await EchoAsync(channel);

        // And the other way round: a channel of ours in the same connection.
        var ours = peer.Own.CreateDataChannel("ours");
        await ours.Opened.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        await EchoAsync(ours);
        peer.Own.SelectedPair!.IsRelayed.ShouldBeFalse();

        // The browser closes its own.
        await peer.Page.EvaluateAsync("channels.echo.close()");
        await channel.Closed.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    [Fact]
    public async Task This_side_offers_and_megabytes_go_both_ways()
    {
        await using var peer = await BrowserPeer.OpenAsync(browser, new());
        var count = peer.Own.CreateDataChannel("count");
        var flood = peer.Own.CreateDataChannel("flood");
        await peer.OfferAsync();
        await count.Opened.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        for (var sent = Chunk; sent <= Megabytes; sent += Chunk)
        {
            var chunk = new byte[Chunk];
            chunk[0] = sent == Megabytes ? (byte)255 : (byte)1;
            await count.SendAsync(chunk, text: false, Cancel);
        }
        (await TwoPeers.ReadAsync(count)).Text.ShouldBe($"got {Megabytes}");

        await flood.SendAsync(System.Text.Encoding.UTF8.GetBytes($"{Megabytes}"), text: true, Cancel);
        var received = 0;
        await foreach (var message in flood.ReadAllAsync(Cancel))
        {
            message.Data.Span.IndexOfAnyExcept((byte)7).ShouldBe(-1);
            if ((received += message.Data.Length) == Megabytes)
            {
                break;
            }
        }
        received.ShouldBe(Megabytes);

        // We close; the browser sees it.
        await count.CloseAsync().WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        await peer.Page.WaitForFunctionAsync("channels.count.readyState === 'closed'");
    }

    [Fact]
    public async Task Ice_restarts_with_a_browser()
    {
        await using var peer = await BrowserPeer.OpenAsync(browser, new());
        var channel = peer.Own.CreateDataChannel("echo");
        await peer.OfferAsync();
        await channel.Opened.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        await peer.OfferAsync(iceRestart: true);
        await EchoAsync(channel);
        await TwoPeers.ReachAsync(peer.Own, RtcConnectionState.Connected);
        await EchoAsync(channel);
    }

    [Fact]
    public async Task A_browser_that_leaves_is_noticed_at_once()
    {
        await using var peer = await BrowserPeer.OpenAsync(browser, new());
        await peer.BrowserOffersAsync("echo");
        var channel = await TwoPeers.AcceptAsync(peer.Own);
        await peer.Page.EvaluateAsync("pc.close()");
        await TwoPeers.ReachAsync(peer.Own, RtcConnectionState.Closed);
        await channel.Closed.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    [Fact]
    public async Task A_browser_notices_that_this_side_leaves()
    {
        await using var peer = await BrowserPeer.OpenAsync(browser, new());
        await peer.BrowserOffersAsync("echo");
        await TwoPeers.AcceptAsync(peer.Own);
        await peer.Own.DisposeAsync();
        await peer.Page.WaitForFunctionAsync("channels.echo.readyState === 'closed'");
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task A_browser_behind_a_relay_reaches_this_side(string transport)
    {
        await using var peer = await BrowserPeer.OpenAsync(browser, TwoPeers.Local(), BrowserRelay(transport == "udp" ? coturn.Udp : coturn.Tcp));
        await peer.BrowserOffersAsync("echo");
        await EchoAsync(await TwoPeers.AcceptAsync(peer.Own));
        await TwoPeers.RelayedAsync(peer.Own);
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Behind_a_relay_of_its_own_this_side_reaches_a_browser_behind_one(string transport)
    {
        await using var peer = await BrowserPeer.OpenAsync(browser, Relay(transport == "udp" ? coturn.Udp : coturn.Tcp), BrowserRelay(coturn.Udp));
        var channel = peer.Own.CreateDataChannel("echo");
        await peer.OfferAsync();
        await EchoAsync(channel);
        var pair = peer.Own.SelectedPair!;
        (pair.LocalType, pair.IsRelayed).ShouldBe((IceCandidateType.Relayed, true));
    }

    [Fact]
    public async Task Behind_a_relay_this_side_reaches_a_browser_that_is_not()
    {
        // The browser's socket sends to the loopback relay from 127.0.0.1, which only a STUN server there can tell it.
        var theirs = new { iceServers = new[] { new { urls = coturn.Stun } } };
        await using var peer = await BrowserPeer.OpenAsync(browser, Relay(coturn.Udp), theirs);
        await peer.BrowserOffersAsync("echo");
        await EchoAsync(await TwoPeers.AcceptAsync(peer.Own));
        var pair = peer.Own.SelectedPair!;
        (pair.LocalType, pair.RemoteType == IceCandidateType.Relayed).ShouldBe((IceCandidateType.Relayed, false));
    }

    [Fact]
    public async Task The_name_that_a_browser_hides_its_address_behind_is_found()
    {
        await using var peer = await BrowserPeer.OpenAsync(browser, new() { ResolveLocalNames = false });
        await peer.BrowserOffersAsync("echo");
        var hidden = peer.Candidates.Select(c => c.Split(' ')[4]).First(h => h.EndsWith(".local", StringComparison.Ordinal));
        var address = await new MdnsResolver(TimeProvider.System).ResolveAsync(hidden, Cancel);
        LocalAddresses.List(loopback: false).ShouldContain(address);
    }

    static async Task EchoAsync(IRtcDataChannel channel)
    {
        await channel.SendAsync("žluťoučký kůň"u8.ToArray(), text: true, Cancel);
        (await TwoPeers.ReadAsync(channel)).ShouldBe(("žluťoučký kůň", true));
        await channel.SendAsync("binary"u8.ToArray(), text: false, Cancel);
        (await TwoPeers.ReadAsync(channel)).ShouldBe(("binary", false));
        await channel.SendAsync(Array.Empty<byte>(), text: true, Cancel);
        (await TwoPeers.ReadAsync(channel)).ShouldBe(("", true));
    }
}
