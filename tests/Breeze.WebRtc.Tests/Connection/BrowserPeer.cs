using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Breeze.WebRtc.Tests.Connection;

/// <summary>A connection between this library and a page of the browser; the signalling goes through the page's own functions.</summary>
sealed class BrowserPeer : IAsyncDisposable
{
    /// <summary>What the page does: every channel sends back what it gets, but for 'count' (adds up bytes) and 'flood' (sends megabytes).</summary>
    const string Script = """
        (configuration) => {
            const pc = window.pc = new RTCPeerConnection(configuration);
            window.states = [];
            window.channels = {};
            pc.onicecandidate = e => tell(JSON.stringify(e.candidate ?? { candidate: '' }));
            pc.onconnectionstatechange = () => states.push(pc.connectionState);
            window.use = channel => {
                channels[channel.label] = channel;
                channel.binaryType = 'arraybuffer';
                channel.bufferedAmountLowThreshold = 256 * 1024;
                let bytes = 0;
                channel.onmessage = async e => {
                    if (channel.label === 'count') {
                        const data = new Uint8Array(e.data);
                        bytes += data.length;
                        if (data[0] === 255) channel.send('got ' + bytes);
                    } else if (channel.label === 'flood') {
                        const chunk = new Uint8Array(64 * 1024).fill(7);
                        for (let left = Number(e.data); left > 0; left -= chunk.length) {
                            if (channel.bufferedAmount > 1024 * 1024) await new Promise(r => channel.onbufferedamountlow = r);
                            channel.send(chunk);
                        }
                    } else channel.send(e.data);
                };
            };
            pc.ondatachannel = e => use(e.channel);
            window.offer = async label => { use(pc.createDataChannel(label)); await pc.setLocalDescription(); return pc.localDescription.sdp; };
            window.answer = async sdp => { await pc.setRemoteDescription({ type: 'offer', sdp }); await pc.setLocalDescription(); return pc.localDescription.sdp; };
            window.accept = sdp => pc.setRemoteDescription({ type: 'answer', sdp });
            window.add = candidate => pc.addIceCandidate(candidate);
        }
        """;

    readonly IPage _page;
    readonly CancellationTokenSource _closing = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    Task _trickling = Task.CompletedTask;

    BrowserPeer(IPage page, RtcConfiguration configuration)
    {
        _page = page;
        Own = new(configuration);
    }

    public RtcPeerConnection Own { get; }
    public IPage Page => _page;

    /// <summary>What the browser has told so far.</summary>
    public ConcurrentQueue<string> Candidates { get; } = [];

    public static async Task<BrowserPeer> OpenAsync(Chromium browser, RtcConfiguration own, object? theirs = null)
    {
        var peer = new BrowserPeer(await browser.OpenAsync(), own);
        await peer._page.ExposeFunctionAsync<string>("tell", peer.Told);
        await peer._page.EvaluateAsync(Script, theirs ?? new { });
        return peer;
    }

    void Told(string text)
    {
        using var json = JsonDocument.Parse(text);
        string? Text(string name) => json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (Text("candidate") is { Length: > 0 } candidate)
        {
            Candidates.Enqueue(candidate);
        }
        Own.AddIceCandidate(new(Text("candidate") ?? "", Text("sdpMid"), 0, Text("usernameFragment")));
    }

    /// <summary>The browser offers a channel.</summary>
    public async Task BrowserOffersAsync(string label)
    {
        var offer = await _page.EvaluateAsync<string>("label => offer(label)", label);
        Own.SetRemoteDescription(new(RtcSdpType.Offer, offer));
        var answer = Own.CreateAnswer();
        Own.SetLocalDescription(answer);
        await _page.EvaluateAsync("sdp => accept(sdp)", answer.Sdp);
        _trickling = TrickleAsync();
        await ConnectedAsync();
    }

    /// <summary>This side offers; again with <paramref name="iceRestart"/> for new ways.</summary>
    public async Task OfferAsync(bool iceRestart = false)
    {
        var offer = Own.CreateOffer(iceRestart);
        Own.SetLocalDescription(offer);
        var answer = await _page.EvaluateAsync<string>("sdp => answer(sdp)", offer.Sdp);
        Own.SetRemoteDescription(new(RtcSdpType.Answer, answer));
        _trickling = _trickling == Task.CompletedTask ? TrickleAsync() : _trickling;
        await ConnectedAsync();
    }

    Task ConnectedAsync() => Own.Connected.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    async Task TrickleAsync()
    {
        try
        {
            await foreach (var candidate in Own.LocalCandidatesAsync(_closing.Token))
            {
                await _page.EvaluateAsync(
                    "c => add(c)", new { candidate = candidate.Candidate, sdpMid = candidate.SdpMid, sdpMLineIndex = candidate.SdpMLineIndex, usernameFragment = candidate.UsernameFragment });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or PlaywrightException)
        {
            // The test is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Own.DisposeAsync();
        await _closing.CancelAsync();
        await _page.Context.CloseAsync();
        await _trickling;
        _closing.Dispose();
    }
}
