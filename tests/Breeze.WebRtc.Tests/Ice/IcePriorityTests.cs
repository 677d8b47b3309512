using System.Net.Sockets;
using Breeze.WebRtc.Ice;

namespace Breeze.WebRtc.Tests.Ice;

public sealed class IcePriorityTests
{
    [Fact]
    public void Direct_beats_reflexive_beats_relayed()
    {
        uint[] order =
        [
            IcePriority.Candidate(IceCandidateType.Host, AddressFamily.InterNetworkV6, 3),
            IcePriority.Candidate(IceCandidateType.Host, AddressFamily.InterNetwork, 0),
            IcePriority.Candidate(IceCandidateType.Host, AddressFamily.InterNetwork, 1),
            IcePriority.Candidate(IceCandidateType.PeerReflexive, AddressFamily.InterNetwork, 0),
            IcePriority.Candidate(IceCandidateType.ServerReflexive, AddressFamily.InterNetworkV6, 0),
            IcePriority.Candidate(IceCandidateType.Relayed, AddressFamily.InterNetwork, 0),
            IcePriority.Candidate(IceCandidateType.Relayed, AddressFamily.InterNetwork, 0, overTcp: true),
        ];
        order.ShouldBe(order.OrderDescending());
        order.Distinct().Count().ShouldBe(order.Length);
        order.ShouldAllBe(p => p <= int.MaxValue);
    }

    [Fact]
    public void Both_sides_order_their_pairs_alike()
    {
        IcePriority.Pair(7, 9).ShouldBe((7ul << 32) + 18);
        IcePriority.Pair(9, 7).ShouldBe((7ul << 32) + 18 + 1);
    }
}
