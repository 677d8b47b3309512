using Breeze.WebRtc.Sctp.Receiving;

namespace Breeze.WebRtc.Sctp;

/// <summary>What an association tells those above it; called with its lock held, so nothing may block.</summary>
interface IAssociationEvents
{
    void OnEstablished();

    /// <summary>A message is complete and, in an ordered stream, due. It belongs to the receiver, who releases it.</summary>
    void OnMessage(InboundMessage message);

    /// <summary>Less waits in this outgoing stream than before.</summary>
    void OnCarried(ushort stream);

    /// <summary>The peer will send nothing more on this stream until it begins anew.</summary>
    void OnResetByPeer(ushort stream);

    /// <summary>Our side of this stream was reset as asked for.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="done">False when the peer refused, so that the stream cannot be used again.</param>
    void OnReset(ushort stream, bool done);

    /// <summary>It is over; nothing more is called afterwards.</summary>
    /// <param name="reason">What went wrong; null after an orderly shutdown.</param>
    void OnEnded(string? reason);
}
