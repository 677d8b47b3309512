using Breeze.WebRtc.Sctp;
using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Tests.Sctp;

public sealed class HandshakeTests
{
    [Fact]
    public void Both_sides_may_begin_at_the_same_time()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Establish();
        (network.A.Core.PeerTag, network.B.Core.PeerTag).ShouldBe((network.B.Core.LocalTag, network.A.Core.LocalTag));
        network.A.Core.Shared.ShouldBe(Features.All);
        network.Now.ShouldBeLessThan(TimeSpan.FromMilliseconds(45));
    }

    [Fact]
    public void One_side_may_begin_long_before_the_other()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        var deaf = true;
        network.Filter = (from, _) => !deaf || from != network.A;
        network.A.Core.Start(network.Now);
        network.RunFor(TimeSpan.FromSeconds(8));
        deaf = false;
        network.Establish();
        network.A.HasEnded.ShouldBeFalse();
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory, MemberData(nameof(Seeds))]
    public void It_is_established_whatever_is_lost_doubled_or_reordered(int seed)
    {
        // Patient sides: at this loss ten failures in a row are nothing unusual.
        var options = new SctpOptions { MaxRetransmissions = 60, MaxHandshakeRetransmissions = 60 };
        var network = new SimulatedNetwork(seed, new NetworkConditions { Loss = 0.4, Duplication = 0.3, Jitter = TimeSpan.FromMilliseconds(seed % 2 * 900) }, options, options);
        network.Establish();
        network.Do(network.A, _ => network.A.Send(network.Now, 1, [1, 2, 3]));
        network.Do(network.B, _ => network.B.Send(network.Now, 1, [4, 5]));
        network.Run(() => network.A.Received.Count == 1 && network.B.Received.Count == 1, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void A_cookie_that_was_tampered_with_is_worth_nothing()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Filter = (_, packet) =>
        {
            if ((ChunkType)packet[12] == ChunkType.CookieEcho)
            {
                packet[30] ^= 1;
                Crc32c.Write(packet);
            }
            return true;
        };
        network.Start();
        network.RunFor(TimeSpan.FromSeconds(5));
        (network.A.IsEstablished, network.B.IsEstablished).ShouldBe((false, false));
    }

    [Fact]
    public void A_cookie_that_is_too_old_is_refused_and_asked_for_anew()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions { Delay = TimeSpan.FromMilliseconds(30) }, new SctpOptions { CookieLifetime = TimeSpan.FromMilliseconds(50) },
            new SctpOptions { CookieLifetime = TimeSpan.FromMilliseconds(50) });
        var stale = 0;
        network.Filter = (_, packet) =>
        {
            stale += (ChunkType)packet[12] == ChunkType.Error && packet[17] == ErrorCause.StaleCookie ? 1 : 0;
            return true;
        };
        network.Start();
        network.RunFor(TimeSpan.FromSeconds(1));
        stale.ShouldBeGreaterThan(0);
        network.A.IsEstablished.ShouldBeFalse();

        network.Conditions = network.Conditions with { Delay = TimeSpan.FromMilliseconds(5) };
        network.Run(() => network.A.IsEstablished && network.B.IsEstablished, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_peer_that_never_answers_ends_it_in_bounded_time()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions { Loss = 1 });
        network.Start();
        network.Run(() => network.A.HasEnded && network.B.HasEnded, TimeSpan.FromSeconds(40));
        network.A.EndReason.ShouldNotBeNull().ShouldContain("did not answer");
    }

    [Fact]
    public void Extensions_are_used_only_when_both_know_them()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions(), b: new SctpOptions { Interleaving = false });
        network.Establish();
        network.A.Core.Shared.ShouldBe(Features.PartialReliability | Features.StreamReset);
        network.B.Core.Shared.ShouldBe(Features.PartialReliability | Features.StreamReset);
    }

    [Fact]
    public void An_INIT_during_the_association_changes_nothing_and_a_restart_with_its_cookie_ends_it()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Establish();
        var replay = new CoreEndpoint(new SctpOptions());
        replay.Core.Start(network.Now);
        replay.Core.Outbox.TryTake(out var buffer, out var length);
        network.A.Core.Receive(buffer.AsSpan(0, length), network.Now);
        network.A.Core.State.ShouldBe(AssociationState.Established);

        network.A.Core.Outbox.TryTake(out buffer, out length).ShouldBeTrue();
        replay.Core.Receive(buffer.AsSpan(0, length), network.Now);
        replay.Core.Outbox.TryTake(out buffer, out length).ShouldBeTrue();
        ((ChunkType)buffer[12]).ShouldBe(ChunkType.CookieEcho);
        network.A.Core.Receive(buffer.AsSpan(0, length), network.Now);
        network.A.EndReason.ShouldNotBeNull().ShouldContain("new association");
    }
}
