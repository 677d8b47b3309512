using Breeze.WebRtc.Sctp;

namespace Breeze.WebRtc.Tests.Sctp;

public sealed class StreamResetTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 16)];

    [Theory, MemberData(nameof(Seeds))]
    public void A_stream_begins_anew_after_all_that_was_sent_on_it(int seed)
    {
        var options = new SctpOptions { Interleaving = seed % 2 == 0, InitialTsn = seed % 3 == 0 ? uint.MaxValue - 3 : null };
        var network = new SimulatedNetwork(seed, new NetworkConditions { Loss = 0.2, Duplication = 0.1, Jitter = TimeSpan.FromMilliseconds(10) }, options, options);
        network.Establish();
        for (var round = 1; round <= 4; round++)
        {
            network.Do(network.A, core =>
            {
                network.A.Send(network.Now, 8, new byte[5000]);
                network.A.Send(network.Now, 8, [(byte)round]);
                network.A.Send(network.Now, 2, new byte[50_000]);
                core.Reset(8, dropUnsent: false, network.Now);
            });
            network.Run(() => network.A.Resets.Count == round, TimeSpan.FromMinutes(1));
            network.A.Resets[^1].ShouldBe(((ushort)8, true));
            network.B.ResetByPeer.ShouldAllBe(stream => stream == 8);
            network.B.ResetByPeer.Count.ShouldBe(round);
            network.B.Received.Count(message => message.Stream == 8).ShouldBe(2 * round);
        }
    }

    [Fact]
    public void Many_resets_at_once_take_a_few_requests()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Establish();
        network.Do(network.A, core =>
        {
            for (ushort stream = 0; stream < 1000; stream++)
            {
                core.Reset(stream, dropUnsent: false, network.Now);
                core.Reset(stream, dropUnsent: false, network.Now);
            }
        });
        network.Run(() => network.A.Resets.Count == 1000, TimeSpan.FromSeconds(5));
        network.B.ResetByPeer.Count.ShouldBe(1000);
        network.PacketsSent.ShouldBeLessThan(60);
    }
}
