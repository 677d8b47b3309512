using Breeze.WebRtc;
using Breeze.WebRtc.DataChannels;

namespace Breeze.Bench.Remote;

/// <summary>A browser's place and a device's, joined by a real data channel over this machine's loopback.</summary>
sealed class LoopbackPeers : IAsyncDisposable
{
    readonly RtcPeerConnection _browser = new(new() { IncludeLoopback = true });
    readonly RtcPeerConnection _device = new(new() { IncludeLoopback = true });
    readonly CancellationTokenSource _ending = new();

    LoopbackPeers() => Browser = _browser.CreateDataChannel("breeze");

    public IRtcDataChannel Browser { get; }

    public IRtcDataChannel Device { get; private set; } = null!;

    public static async Task<LoopbackPeers> ConnectAsync(CancellationToken cancellationToken)
    {
        var peers = new LoopbackPeers();
        var offer = peers._browser.CreateOffer();
        peers._browser.SetLocalDescription(offer);
        peers._device.SetRemoteDescription(offer);
        var answer = peers._device.CreateAnswer();
        peers._device.SetLocalDescription(answer);
        peers._browser.SetRemoteDescription(answer);
        _ = peers.TellAsync(peers._browser, peers._device);
        _ = peers.TellAsync(peers._device, peers._browser);
        await foreach (var channel in peers._device.AcceptDataChannelsAsync(cancellationToken))
        {
            peers.Device = channel;
            break;
        }
        await peers.Device.Opened.WaitAsync(cancellationToken);
        await peers.Browser.Opened.WaitAsync(cancellationToken);
        return peers;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _browser.DisposeAsync();
        await _device.DisposeAsync();
        _ending.Dispose();
    }

    async Task TellAsync(RtcPeerConnection from, RtcPeerConnection to)
    {
        try
        {
            await foreach (var candidate in from.LocalCandidatesAsync(_ending.Token))
            {
                to.AddIceCandidate(candidate);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
