using Breeze.Remote.WebRtcTransport;
using Breeze.WebRtc;
using Breeze.WebRtc.DataChannels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>The transport against a peer of the library in the browser's place.</summary>
public sealed class WebRtcTransportTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_offer_becomes_a_channel_that_carries_large_messages_both_ways_and_ends_in_order()
    {
        await using var browser = new RtcPeerConnection(new() { IncludeLoopback = true });
        await using var channel = browser.CreateDataChannel("breeze");
        var signaling = new Wire(browser);
        var connecting = NewTransport().ConnectAsync(new(signaling.Offer(), [], signaling), Token).AsTask();
        var remote = (await connecting.WaitAsync(TimeSpan.FromSeconds(60), Token)).ShouldNotBeNull();
        remote.MaxMessageSize.ShouldBeGreaterThanOrEqualTo((64 << 10) + 1);
        await channel.Opened.WaitAsync(Token);

        var large = new byte[(64 << 10) + 1];
        Random.Shared.NextBytes(large);
        await using var there = remote.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        await using var here = channel.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        await channel.SendAsync("a text is none of a session's"u8.ToArray(), text: true, Token);
        await channel.SendAsync(large, text: false, Token);
        (await there.MoveNextAsync()).ShouldBeTrue();
        there.Current.ToArray().ShouldBe(large);
        await remote.SendAsync(large, Token);
        (await here.MoveNextAsync()).ShouldBeTrue();
        here.Current.Data.ToArray().ShouldBe(large);

        // The last words arrive before the end.
        await remote.SendAsync(new byte[] { 42 }, Token);
        await ((IAsyncDisposable)remote).DisposeAsync();
        (await here.MoveNextAsync()).ShouldBeTrue();
        here.Current.Data.ToArray().ShouldBe([42]);
        await channel.Closed.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("v=0")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n")]
    public async Task An_offer_that_makes_no_sense_is_no_channel(string offer)
    {
        await using var browser = new RtcPeerConnection(new());
        (await NewTransport().ConnectAsync(new(offer, [], new Wire(browser)), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task An_attempt_that_is_given_up_frees_what_it_opened()
    {
        await using var browser = new RtcPeerConnection(new() { IncludeLoopback = true });
        await using var channel = browser.CreateDataChannel("breeze");
        var signaling = new Wire(browser) { IsDeaf = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var connecting = NewTransport().ConnectAsync(new(signaling.Offer(), [], signaling), limit.Token).AsTask();
        await signaling.Answered.WaitAsync(Token);
        await limit.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(connecting);
        await signaling.CandidatesEnded.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    static WebRtcTransport NewTransport()
    {
        var transport = new WebRtcTransport();
        transport.Start(new(RelayOnly: false) { Loopback = true }, NullLogger.Instance);
        return transport;
    }
}
