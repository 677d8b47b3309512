using Breeze.Sdk;
using Breeze.WebRtc;
using Microsoft.Extensions.Logging;

namespace Breeze.Remote.WebRtcTransport;

/// <summary>A connection and the exchange of candidates for it, which goes on while the session lasts: networks change.</summary>
sealed partial class WebRtcLink(RtcPeerConnection peer, IRemoteSignaling signaling, ILogger logger) : IAsyncDisposable
{
    readonly CancellationTokenSource _ending = new();
    Task _exchange = Task.CompletedTask;

    public RtcPeerConnection Peer => peer;

    public void Start() => _exchange = Task.WhenAll(Task.Run(TellAsync), Task.Run(HearAsync));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await peer.DisposeAsync();
        await _exchange;
        _ending.Dispose();
    }

    async Task TellAsync()
    {
        try
        {
            await foreach (var candidate in peer.LocalCandidatesAsync(_ending.Token))
                await signaling.SendCandidateAsync(new(candidate.Candidate.Length == 0 ? null : candidate.Candidate, candidate.SdpMid), _ending.Token);
        }
        catch (Exception e)
        {
            // Without signalling a connection that stands goes on.
            LogOver(logger, e.Message);
        }
    }

    async Task HearAsync()
    {
        try
        {
            await foreach (var candidate in signaling.ReadCandidatesAsync(_ending.Token))
            {
                try
                {
                    peer.AddIceCandidate(new(candidate.Candidate ?? "", candidate.Mid, null, null));
                }
                catch (RtcException e)
                {
                    LogCandidate(logger, e.Message);
                }
            }
        }
        catch (Exception e)
        {
            LogOver(logger, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Debug, "A candidate of the browser's is not usable: {Reason}")]
    static partial void LogCandidate(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Debug, "The exchange of candidates is over: {Reason}")]
    static partial void LogOver(ILogger logger, string reason);
}
