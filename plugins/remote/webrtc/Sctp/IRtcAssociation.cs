using Breeze.WebRtc.DataChannels;

namespace Breeze.WebRtc.Sctp;

/// <summary>The association of SCTP over one pipe, with its data channels: what a peer connection holds above DTLS.</summary>
public interface IRtcAssociation : IAsyncDisposable
{
    /// <summary>Completes when the association is established; fails with an <see cref="IOException"/> that says why when it cannot be.</summary>
    Task Established { get; }

    /// <summary>Completes when the association has ended; never fails.</summary>
    Task Closed { get; }

    /// <summary>The round trip time as SCTP measures it; null before the first.</summary>
    TimeSpan? RoundTripTime { get; }

    /// <summary>Channels that the peer opens. One reader.</summary>
    IAsyncEnumerable<IRtcDataChannel> AcceptAllAsync(CancellationToken cancellationToken);

    /// <summary>Opens a channel; it may be asked before the association is established.</summary>
    IRtcDataChannel Open(string label, RtcDataChannelOptions options);
}
