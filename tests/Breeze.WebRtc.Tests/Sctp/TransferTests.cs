using System.Buffers.Binary;
using Breeze.WebRtc.Sctp;

namespace Breeze.WebRtc.Tests.Sctp;

/// <summary>Whatever the network does, messages arrive once, whole, and in order where order is wanted.</summary>
public sealed class TransferTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory, MemberData(nameof(Seeds))]
    public void Random_messages_survive_a_random_network(int seed)
    {
        var random = new Random(seed);
        var options = new SctpOptions
        {
            Interleaving = seed % 2 == 0,
            InitialTsn = seed % 3 == 0 ? uint.MaxValue - (uint)random.Next(200) : null,
            ReceiveWindow = seed % 5 == 0 ? 512 * 1024 : 2 * 1024 * 1024,
        };
        var network = new SimulatedNetwork(seed, Conditions(random), options, options with { Interleaving = seed % 4 != 0 });
        network.Establish();
        var sentByA = Send(network, network.A, random);
        var sentByB = Send(network, network.B, random);

        network.Run(() => network.B.Received.Count >= sentByA.Count && network.A.Received.Count >= sentByB.Count, TimeSpan.FromMinutes(10));
        network.RunFor(TimeSpan.FromSeconds(3));

        Compare(sentByA, network.B);
        Compare(sentByB, network.A);
        network.A.Core.Sender!.IsIdle.ShouldBeTrue();
        network.A.Core.Window.Used.ShouldBe(0);
        network.B.Core.Window.Used.ShouldBe(0);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Message_numbers_wrap_around(bool interleaving)
    {
        var network = new SimulatedNetwork(7, new NetworkConditions { Loss = 0.02, Jitter = TimeSpan.FromMilliseconds(2) }, new SctpOptions { Interleaving = interleaving });
        network.Establish();
        const int Count = 70_000;
        for (var i = 0; i < Count; i++)
        {
            var content = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(content, i);
            network.A.Send(network.Now, 3, content);
        }
        network.Do(network.A, _ => { });
        network.Run(() => network.B.Received.Count == Count, TimeSpan.FromMinutes(10));
        network.B.Received.Select(message => BinaryPrimitives.ReadInt32LittleEndian(message.Content)).ShouldBe(Enumerable.Range(0, Count));
    }

    [Theory, InlineData(0.01), InlineData(0.1)]
    public void Loss_is_mended_without_waiting_for_the_timeout(double loss)
    {
        var network = new SimulatedNetwork(3, new NetworkConditions { Loss = loss, Delay = TimeSpan.FromMilliseconds(5) });
        network.Establish();
        network.Do(network.A, _ =>
        {
            for (var i = 0; i < 64; i++)
            {
                network.A.Send(network.Now, 0, new byte[65_536]);
            }
        });
        var (reached, at, longest) = (0u, network.Now, TimeSpan.Zero);
        network.Run(() =>
        {
            if (network.B.Core.Receiver!.Cumulative is var cumulative && cumulative != reached)
            {
                longest = network.Now - at > longest ? network.Now - at : longest;
                (reached, at) = (cumulative, network.Now);
            }
            return network.B.Received.Count == 64;
        }, TimeSpan.FromSeconds(15));
        // A round trip is 10 ms, the least timeout 100 ms: nothing stood still as long as that, although repetitions were lost as well.
        longest.ShouldBeLessThan(TimeSpan.FromMilliseconds(95));
    }

    [Fact]
    public void A_lone_message_that_was_lost_is_sent_again_well_before_the_timeout()
    {
        var network = new SimulatedNetwork(3, new NetworkConditions { Delay = TimeSpan.FromMilliseconds(5) });
        network.Establish();
        for (var i = 1; i <= 20; i++)
        {
            network.Do(network.A, _ => network.A.Send(network.Now, 0, [1]));
            network.Run(() => network.B.Received.Count == i, TimeSpan.FromSeconds(1));
            network.RunFor(TimeSpan.FromMilliseconds(50));
        }
        network.Filter = (from, _) => from != network.A;
        network.Do(network.A, _ => network.A.Send(network.Now, 0, [1]));
        network.Filter = null;
        var began = network.Now;
        network.Run(() => network.B.Received.Count == 21, TimeSpan.FromSeconds(1));
        (network.Now - began).ShouldBeLessThan(TimeSpan.FromMilliseconds(45));
    }

    [Fact]
    public void A_slow_link_is_used_well_and_its_queue_does_not_collapse()
    {
        var network = new SimulatedNetwork(5, new NetworkConditions { Delay = TimeSpan.FromMilliseconds(20), BytesPerSecond = 1_250_000, Buffer = 64 * 1024 });
        network.Establish();
        network.Do(network.A, _ =>
        {
            for (var i = 0; i < 160; i++)
            {
                network.A.Send(network.Now, 0, new byte[65_536]);
            }
        });
        var began = network.Now;
        network.Run(() => network.B.Received.Count == 160, TimeSpan.FromMinutes(1));
        var ideal = 160 * 65_536 / 1_250_000.0;
        (network.Now - began).TotalSeconds.ShouldBeLessThan(ideal * 1.35);
        network.PacketsSent.ShouldBeLessThan((long)(160 * 65_536 / 1160 * 1.7));
    }

    static NetworkConditions Conditions(Random random) => new()
    {
        Loss = random.Next(3) switch { 0 => 0, 1 => 0.01, _ => random.NextDouble() * 0.2 },
        Duplication = random.Next(2) * random.NextDouble() * 0.1,
        Delay = TimeSpan.FromMilliseconds(random.Next(1, 60)),
        Jitter = TimeSpan.FromMilliseconds(random.Next(2) * random.Next(40)),
        BytesPerSecond = random.Next(3) == 0 ? random.Next(50_000, 5_000_000) : null,
        Buffer = random.Next(20_000, 200_000),
    };

    static List<(ushort Stream, bool Unordered, byte[] Content)> Send(SimulatedNetwork network, CoreEndpoint from, Random random)
    {
        var sent = new List<(ushort Stream, bool Unordered, byte[] Content)>();
        network.Do(from, _ =>
        {
            for (var i = random.Next(10, 60); i > 0; i--)
            {
                var content = new byte[random.Next(4) switch { 0 => random.Next(8, 20), 1 => random.Next(8, 2000), 2 => random.Next(1000, 20_000), _ => random.Next(8, 100_000) }];
                random.NextBytes(content);
                BinaryPrimitives.WriteInt32LittleEndian(content, sent.Count);
                var stream = (ushort)random.Next(6);
                var unordered = stream >= 4;
                from.Send(network.Now, stream, content, unordered);
                sent.Add((stream, unordered, content));
            }
        });
        return sent;
    }

    static void Compare(List<(ushort Stream, bool Unordered, byte[] Content)> sent, CoreEndpoint receiver)
    {
        receiver.Received.Count.ShouldBe(sent.Count);
        foreach (var stream in sent.GroupBy(message => message.Stream))
        {
            var expected = stream.Select(message => message.Content).ToList();
            var got = receiver.Received.Where(message => message.Stream == stream.Key).Select(message => message.Content).ToList();
            if (stream.First().Unordered)
            {
                got = [.. got.OrderBy(content => BinaryPrimitives.ReadInt32LittleEndian(content))];
            }
            got.Count.ShouldBe(expected.Count);
            for (var i = 0; i < got.Count; i++)
            {
                got[i].AsSpan().SequenceEqual(expected[i]).ShouldBeTrue($"message {i} of stream {stream.Key}");
            }
        }
    }
}
