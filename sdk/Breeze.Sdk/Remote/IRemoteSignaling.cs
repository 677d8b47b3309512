namespace Breeze.Sdk;

/// <summary>What the two sides of a session tell each other while they look for a way to connect. One reader and any number of writers.</summary>
public interface IRemoteSignaling
{
    /// <summary>Sends the answer to the browser's offer, in SDP.</summary>
    ValueTask SendAnswerAsync(string sdp, CancellationToken cancellationToken);

    /// <summary>Sends a candidate of this side.</summary>
    ValueTask SendCandidateAsync(RemoteCandidate candidate, CancellationToken cancellationToken);

    /// <summary>The browser's candidates as they come, until the session ends.</summary>
    IAsyncEnumerable<RemoteCandidate> ReadCandidatesAsync(CancellationToken cancellationToken);
}
