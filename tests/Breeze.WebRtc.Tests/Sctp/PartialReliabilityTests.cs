using System.Buffers.Binary;
using Breeze.WebRtc.Sctp;

namespace Breeze.WebRtc.Tests.Sctp;

public sealed class PartialReliabilityTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory, MemberData(nameof(Seeds))]
    public void Messages_that_were_given_up_leave_no_hole_and_no_memory(int seed)
    {
        var random = new Random(seed);
        var options = new SctpOptions { Interleaving = seed % 2 == 0, InitialTsn = seed % 3 == 0 ? uint.MaxValue - 20 : null };
        var network = new SimulatedNetwork(seed, new NetworkConditions { Loss = 0.15, Jitter = TimeSpan.FromMilliseconds(seed % 4) }, options, options);
        network.Establish();
        const int Rounds = 150;
        for (var i = 0; i < Rounds; i++)
        {
            network.Do(network.A, _ =>
            {
                network.A.Send(network.Now, 0, Message(i, random.Next(4, 5000)), maxRetransmits: random.Next(2));
                network.A.Send(network.Now, 2, Message(i, random.Next(4, 5000)), unordered: true, maxRetransmits: 0);
                network.A.Send(network.Now, 4, Message(i, random.Next(4, 9000)), lifetime: TimeSpan.FromMilliseconds(random.Next(5, 120)));
                network.A.Send(network.Now, 6, Message(i, random.Next(4, 3000)));
            });
            network.RunFor(TimeSpan.FromMilliseconds(random.Next(0, 200)));
        }
        network.Run(() => network.A.Core.Sender!.IsIdle, TimeSpan.FromMinutes(5));
        network.RunFor(TimeSpan.FromSeconds(2));

        Numbers(network.B, 6).ShouldBe(Enumerable.Range(0, Rounds));
        foreach (var stream in new ushort[] { 0, 2, 4 })
        {
            var got = Numbers(network.B, stream);
            got.Count.ShouldBeInRange(1, Rounds - 1, $"stream {stream}");
            got.Distinct().Count().ShouldBe(got.Count);
            if (stream != 2)
            {
                got.ShouldBe(got.Order());
            }
        }
        network.B.Core.Receiver!.RunCount.ShouldBe(0);
        network.B.Core.Window.Used.ShouldBe(0);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_message_that_expires_half_sent_does_not_block_those_behind_it(bool interleaving)
    {
        var options = new SctpOptions { Interleaving = interleaving };
        var network = new SimulatedNetwork(1, new NetworkConditions { Delay = TimeSpan.FromMilliseconds(50) }, options, options);
        network.Establish();
        network.Do(network.A, _ =>
        {
            network.A.Send(network.Now, 0, Message(1, 200_000), lifetime: TimeSpan.FromMilliseconds(150));
            network.A.Send(network.Now, 0, Message(2, 100));
        });
        network.Run(() => network.B.Received.Count == 1, TimeSpan.FromSeconds(3));
        Numbers(network.B, 0).ShouldBe([2]);
        network.Run(() => network.A.Core.Sender!.IsIdle, TimeSpan.FromSeconds(3));
        network.B.Core.Window.Used.ShouldBe(0);
    }

    static byte[] Message(int number, int length)
    {
        var content = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(content, number);
        return content;
    }

    static List<int> Numbers(CoreEndpoint endpoint, ushort stream) =>
        [.. endpoint.Received.Where(message => message.Stream == stream).Select(message => BinaryPrimitives.ReadInt32LittleEndian(message.Content))];
}
