using Breeze.WebRtc.Sctp;
using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Tests.Sctp;

/// <summary>
/// Packets that no honest peer sends, against a live association: nothing is thrown and nothing grows. <c>BREEZE_FUZZ_PACKETS=1000000</c>
/// makes it a long run.
/// </summary>
[Collection(nameof(FuzzTests))]
public sealed class FuzzTests
{
    static int Packets => int.TryParse(Environment.GetEnvironmentVariable("BREEZE_FUZZ_PACKETS"), out var count) ? count : 200_000;

    [Fact]
    public void Malformed_packets_neither_throw_nor_pile_up()
    {
        var random = new Random(20);
        var recorded = Record();
        var memory = new List<long>();
        SimulatedNetwork? network = null;
        var (ended, age, oldest) = (0, 0, 0);
        for (var i = 0; i < Packets; i++)
        {
            if (network is null || network.A.HasEnded || i % 20_000 == 0)
            {
                ended += network?.A.HasEnded == true ? 1 : 0;
                age = 0;
                network = new SimulatedNetwork(random.Next(), new NetworkConditions(), new SctpOptions { Interleaving = random.Next(2) == 0 });
                network.Establish();
                network.A.Reads = random.Next(2) == 0;
                network.A.Core.Enqueue(0, new byte[5000], 53, false, default, network.Now);
                network.A.Core.Enqueue(2, new byte[5000], 53, false, new(0, null), network.Now);
            }
            oldest = Math.Max(oldest, ++age);
            // Half of the time nothing that breaks a rule, so that an association lives long enough for something to pile up in it.
            var packet = i / 20_000 % 2 == 0 ? Packet(random, recorded, network.A.Core) : Made(random, network.A.Core, breaksRules: false);
            network.A.Core.Receive(packet, network.Now);
            if (random.Next(50) == 0)
            {
                network.A.Core.OnTime(network.Now + TimeSpan.FromMilliseconds(random.Next(300)));
            }
            var answers = 0;
            while (network.A.Core.Outbox.TryTake(out var buffer, out _))
            {
                network.A.Core.Outbox.Return(buffer);
                answers++;
            }
            answers.ShouldBeLessThan(64);
            network.A.Core.Window.Used.ShouldBeLessThan(5 * 1024 * 1024);
            if (i % 20_000 == 19_999)
            {
                network = null;
                memory.Add(GC.GetTotalMemory(forceFullCollection: true));
            }
        }
        ended.ShouldBeGreaterThan(10);
        oldest.ShouldBeGreaterThan(5000);
        (memory[^1] - memory[0]).ShouldBeLessThan(8 * 1024 * 1024);
    }

    [Fact]
    public void Fragments_that_never_become_a_message_are_bounded()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Establish();
        network.A.Reads = false;
        var core = network.A.Core;
        var writer = new PacketWriter(1188, 5000, 5000);
        var buffer = new byte[1200];
        // Beginnings without an end, each with a hole behind it, as far ahead as the peer likes.
        for (var i = 0u; i < 60_000; i++)
        {
            writer.Begin(buffer, core.LocalTag);
            DataChunk.Write(writer, interleaved: true, ChunkFlags.First, core.Receiver!.Cumulative + 2 + i % 20_000, (ushort)i, i, 0, 53, 900);
            core.Receive(buffer.AsSpan(0, writer.Finish()), network.Now);
            while (core.Outbox.TryTake(out var answer, out _))
            {
                core.Outbox.Return(answer);
            }
        }
        core.Window.Used.ShouldBeLessThan(5 * 1024 * 1024);
        core.Receiver!.RunCount.ShouldBeLessThan(10_000);
    }

    static byte[] Packet(Random random, List<byte[]> recorded, AssociationCore core)
    {
        var packet = random.Next(4) == 0 ? Made(random, core, breaksRules: true) : [.. recorded[random.Next(recorded.Count)]];
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            switch (random.Next(5))
            {
                case 0:
                    packet[random.Next(packet.Length)] = (byte)random.Next(256);
                    break;
                case 1:
                    packet[random.Next(packet.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    packet = packet[..random.Next(12, packet.Length + 1)];
                    break;
                case 3 when packet.Length > 20:
                    random.NextBytes(packet.AsSpan(random.Next(12, packet.Length)));
                    break;
                case 4 when packet.Length > 16:
                    packet = [.. packet, .. packet[12..Math.Min(packet.Length, 500)]];
                    break;
            }
        }
        if (packet.Length >= 12 && random.Next(20) != 0)
        {
            BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(random.Next(10) == 0 ? 0 : core.LocalTag)).CopyTo(packet, 4);
            Crc32c.Write(packet);
        }
        return packet;
    }

    /// <summary>A packet of chunks that fit their lengths, near the numbers that the association is at.</summary>
    static byte[] Made(Random random, AssociationCore core, bool breaksRules)
    {
        var writer = new PacketWriter(1188, 5000, 5000);
        writer.Begin(new byte[1200], core.LocalTag);
        var interleaved = core.Shared.HasFlag(Features.Interleaving);
        byte[] types = breaksRules ? [0, 0, 0, 3, 3, 4, 5, 7, 9, 64, 64, 130, 192, 194, 10, 11, 1, 2, 8, 14, 65, 200]
            : [interleaved ? (byte)64 : (byte)0, 3, 4, 5, 9, 130, 10, 65, 200, interleaved ? (byte)194 : (byte)192];
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var type = types[random.Next(types.Length)];
            // Whole messages, if no rule is to be broken: random pieces contradict each other.
            var flags = (byte)(breaksRules ? random.Next(16) : random.Next(16) | 3);
            var value = writer.Append((ChunkType)type, flags, breaksRules ? random.Next(0, 200) : random.Next(20, 200));
            random.NextBytes(value);
            if (value.Length >= 16)
            {
                var number = type is 0 or 64 or 192 or 194 ? core.Receiver?.Cumulative : core.Sender?.Acknowledged;
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(value, (number ?? 0) + (uint)random.Next(-3, random.Next(3) == 0 ? 20_000 : 10));
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(value[4..], (uint)random.Next(8));
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(value[8..], (uint)random.Next(breaksRules ? 8 : 100_000));
            }
        }
        return writer.Buffer[..writer.Finish()];
    }

    static List<byte[]> Record()
    {
        var recorded = new List<byte[]>();
        var network = new SimulatedNetwork(9, new NetworkConditions { Loss = 0.1, Jitter = TimeSpan.FromMilliseconds(5) });
        network.Filter = (_, packet) =>
        {
            recorded.Add(packet);
            return true;
        };
        network.Establish();
        network.Do(network.A, core =>
        {
            for (ushort i = 0; i < 12; i++)
            {
                network.A.Send(network.Now, i, new byte[i * 700 + 1], unordered: i % 2 == 0, maxRetransmits: i % 3 == 0 ? 0 : null);
            }
            core.Reset(4, dropUnsent: false, network.Now);
        });
        network.RunFor(TimeSpan.FromSeconds(12));
        network.Do(network.B, core => core.Shutdown(network.Now));
        network.RunFor(TimeSpan.FromSeconds(3));
        return recorded;
    }
}

/// <summary>It measures the memory of the process, so nothing else runs beside it.</summary>
[CollectionDefinition(nameof(FuzzTests), DisableParallelization = true)]
public sealed class FuzzCollection;
