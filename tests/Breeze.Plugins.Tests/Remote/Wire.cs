using System.Runtime.CompilerServices;
using Breeze.Sdk;
using Breeze.WebRtc;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>Signalling straight to the peer.</summary>
sealed class Wire(RtcPeerConnection browser) : IRemoteSignaling
{
    readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsDeaf { get; init; }

    public Task Answered => _answered.Task;

    public Task CandidatesEnded => _ended.Task;

    public string Offer()
    {
        var offer = browser.CreateOffer();
        browser.SetLocalDescription(offer);
        return offer.Sdp;
    }

    public ValueTask SendAnswerAsync(string sdp, CancellationToken cancellationToken)
    {
        if (!IsDeaf)
            browser.SetRemoteDescription(new(RtcSdpType.Answer, sdp));
        _answered.TrySetResult();
        return ValueTask.CompletedTask;
    }

    public ValueTask SendCandidateAsync(RemoteCandidate candidate, CancellationToken cancellationToken)
    {
        if (!IsDeaf)
            browser.AddIceCandidate(new(candidate.Candidate ?? "", candidate.Mid, null, null));
        return ValueTask.CompletedTask;
    }

    public async IAsyncEnumerable<RemoteCandidate> ReadCandidatesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            yield return new("candidate: this is none", "0");
            await foreach (var candidate in browser.LocalCandidatesAsync(cancellationToken))
                yield return new(candidate.Candidate.Length == 0 ? null : candidate.Candidate, candidate.SdpMid);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }
}
