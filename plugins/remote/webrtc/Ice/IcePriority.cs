using System.Net.Sockets;

namespace Breeze.WebRtc.Ice;

/// <summary>The formulas of RFC 8445, 5.1.2.1 and 6.1.2.3.</summary>
static class IcePriority
{
    /// <param name="type">Direct beats reflexive beats relayed.</param>
    /// <param name="family">IPv6 first, as RFC 8421 advises.</param>
    /// <param name="index">Which of several alike; the first is preferred.</param>
    /// <param name="overTcp">Whether a relay is reached over TCP, which is the last resort.</param>
    public static uint Candidate(IceCandidateType type, AddressFamily family, int index, bool overTcp = false)
    {
        uint preference = type switch
        {
            IceCandidateType.Host => 126,
            IceCandidateType.PeerReflexive => 110,
            IceCandidateType.ServerReflexive => 100,
            _ => overTcp ? 0u : 2u,
        };
        var local = (family == AddressFamily.InterNetworkV6 ? 0xFF00u : 0xFE00u) - (uint)Math.Clamp(index, 0, 0xFF);
        return (preference << 24) | (local << 8) | 255;
    }

    public static ulong Pair(uint controlling, uint controlled) =>
        ((ulong)Math.Min(controlling, controlled) << 32) + (2 * (ulong)Math.Max(controlling, controlled)) + (controlling > controlled ? 1u : 0u);
}
