using System.Threading.Channels;
using Breeze.Protocol;
using Breeze.Sdk;

namespace Breeze.Agent.Remote;

/// <summary>A transport's talk with the browser, by way of the server.</summary>
sealed class SessionSignaling(SessionLine line) : IRemoteSignaling
{
    /// <summary>More than a browser has; what comes beyond them is left out.</summary>
    const int MaximumCandidates = 256;

    readonly Channel<RemoteCandidate> _candidates = Channel.CreateBounded<RemoteCandidate>(MaximumCandidates);

    public ValueTask SendAnswerAsync(string sdp, CancellationToken cancellationToken) =>
        line.SendAsync(new RemoteFrame(RemoteFrameTypes.Answer) { Sdp = sdp }, cancellationToken);

    public ValueTask SendCandidateAsync(RemoteCandidate candidate, CancellationToken cancellationToken) =>
        line.SendAsync(new RemoteFrame(RemoteFrameTypes.Candidate) { Candidate = candidate.Candidate, Mid = candidate.Mid }, cancellationToken);

    public IAsyncEnumerable<RemoteCandidate> ReadCandidatesAsync(CancellationToken cancellationToken) => _candidates.Reader.ReadAllAsync(cancellationToken);

    public void Take(RemoteFrame frame) => _candidates.Writer.TryWrite(new(frame.Candidate, frame.Mid));

    public void Complete() => _candidates.Writer.TryComplete();
}
