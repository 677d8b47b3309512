using System.Net;
using Breeze.WebRtc.Ice;

namespace Breeze.WebRtc;

/// <summary>The way that data takes now.</summary>
/// <param name="LocalType">What this side's end is.</param>
/// <param name="Local">This side's address: of a relay the address there.</param>
/// <param name="RemoteType">What the peer's end is.</param>
/// <param name="Remote">The peer's address.</param>
/// <param name="RoundTripTime">As the last check measured it; null before the first.</param>
public sealed record RtcSelectedPair(IceCandidateType LocalType, IPEndPoint Local, IceCandidateType RemoteType, IPEndPoint Remote, TimeSpan? RoundTripTime)
{
    /// <summary>Whether a TURN server is between, on either side.</summary>
    public bool IsRelayed => LocalType == IceCandidateType.Relayed || RemoteType == IceCandidateType.Relayed;
}
