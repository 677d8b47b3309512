using System.Text;
using Breeze.WebRtc.DataChannels;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Tests.Ice;

namespace Breeze.WebRtc.Tests.Connection;

/// <summary>Two connections of this machine; the signalling between them is a method call.</summary>
sealed class TwoPeers : IAsyncDisposable
{
    readonly CancellationTokenSource _closing = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    readonly Task _trickling;

    public TwoPeers(RtcConfiguration? one = null, RtcConfiguration? two = null)
    {
        One = new(one ?? Local());
        Two = new(two ?? Local());
        _trickling = Task.WhenAll(TrickleAsync(One, Two), TrickleAsync(Two, One));
    }

    public RtcPeerConnection One { get; }
    public RtcPeerConnection Two { get; }

    internal static RtcConfiguration Local(IceTimings? timings = null) => new() { IncludeLoopback = true, ResolveLocalNames = false, Timings = timings ?? TwoAgents.Usual };

    async Task TrickleAsync(RtcPeerConnection from, RtcPeerConnection to)
    {
        try
        {
            await foreach (var candidate in from.LocalCandidatesAsync(_closing.Token))
            {
                to.AddIceCandidate(candidate);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    /// <summary>One offers, the other answers.</summary>
    public void Negotiate(bool iceRestart = false, Func<string, string>? change = null)
    {
        var offer = One.CreateOffer(iceRestart);
        One.SetLocalDescription(offer);
        Two.SetRemoteDescription(offer with { Sdp = change?.Invoke(offer.Sdp) ?? offer.Sdp });
        var answer = Two.CreateAnswer();
        Two.SetLocalDescription(answer);
        One.SetRemoteDescription(answer);
    }

    public Task ConnectAsync() => Task.WhenAll(One.Connected, Two.Connected).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    public static async Task<IRtcDataChannel> AcceptAsync(RtcPeerConnection peer)
    {
        await foreach (var channel in peer.AcceptDataChannelsAsync(TestContext.Current.CancellationToken))
        {
            return channel;
        }
        throw new InvalidOperationException("The connection ended without a channel.");
    }

    public static async Task<(string Text, bool IsText)> ReadAsync(IRtcDataChannel channel)
    {
        await foreach (var message in channel.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            return (Encoding.UTF8.GetString(message.Data.Span), message.IsText);
        }
        throw new InvalidOperationException("The channel closed without a message.");
    }

    /// <summary>The peer's end may be known by its check before its candidate says what it is.</summary>
    public static async Task RelayedAsync(RtcPeerConnection peer)
    {
        var relayed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void On() => _ = peer.SelectedPair is { IsRelayed: true } && relayed.TrySetResult();
        peer.SelectedPairChanged += On;
        On();
        await relayed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    public static async Task ReachAsync(RtcPeerConnection peer, RtcConnectionState state)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        peer.ConnectionStateChanged += s => _ = s == state && reached.TrySetResult();
        if (peer.ConnectionState != state)
        {
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Two.DisposeAsync();
        await _closing.CancelAsync();
        await _trickling;
        _closing.Dispose();
    }
}
