using Breeze.WebRtc.Sctp;
using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Tests.Sctp;

/// <summary>What is done with chunks that are unknown, come at the wrong time or with the wrong tag.</summary>
public sealed class ChunkRulesTests
{
    readonly SimulatedNetwork network = new(1, new NetworkConditions());

    public ChunkRulesTests()
    {
        network.Establish();
    }

    AssociationCore Core => network.A.Core;

    [Theory, InlineData(0x3F, false, false), InlineData(0x7F, true, false), InlineData(0xBF, false, true), InlineData(0xFF, true, true)]
    public void An_unknown_chunk_is_reported_and_skipped_as_its_upper_bits_say(byte type, bool reported, bool goesOn)
    {
        var answers = Give(Core.LocalTag, ((ChunkType)type, 0, [1, 2, 3]), (ChunkType.Heartbeat, 0, [0, 1, 0, 8, 1, 2, 3, 4]));
        answers.Select(packet => (ChunkType)packet[12]).ShouldBe([.. reported ? [ChunkType.Error] : Array.Empty<ChunkType>(), .. goesOn ? [ChunkType.HeartbeatAck] : Array.Empty<ChunkType>()]);
        if (reported)
        {
            answers[0][16..27].ShouldBe([0, 6, 0, 11, type, 0, 0, 7, 1, 2, 3]);
        }
    }

    [Fact]
    public void A_heartbeat_is_sent_back_as_it_came_and_not_without_end()
    {
        Give(Core.LocalTag, (ChunkType.Heartbeat, 0, [0, 1, 0, 8, 1, 2, 3, 4]))[0][16..24].ShouldBe([0, 1, 0, 8, 1, 2, 3, 4]);
        Give(Core.LocalTag, [.. Enumerable.Repeat((ChunkType.Heartbeat, (byte)0, Array.Empty<byte>()), 100)]).Count.ShouldBe(4);
    }

    [Fact]
    public void A_packet_with_another_tag_or_port_or_sum_is_ignored()
    {
        Give(Core.LocalTag + 1, (ChunkType.Heartbeat, 0, []), (ChunkType.Abort, 0, [])).ShouldBeEmpty();
        Give(Core.PeerTag, (ChunkType.Abort, 0, [])).ShouldBeEmpty();
        Give(Core.LocalTag, (ChunkType.Abort, ChunkFlags.TagReflected, [])).ShouldBeEmpty();
        Give(new PacketWriter(1188, 5000, 5001), Core.LocalTag, (ChunkType.Abort, 0, [])).ShouldBeEmpty();
        network.A.HasEnded.ShouldBeFalse();

        Give(Core.PeerTag, (ChunkType.Abort, ChunkFlags.TagReflected, []));
        network.A.HasEnded.ShouldBeTrue();
    }

    [Fact]
    public void INIT_must_be_alone_and_without_a_tag()
    {
        var init = new byte[64];
        init = init[..new InitChunk(7, 100_000, 10, 10, 1, Features.None).Write(init)];
        Give(0, (ChunkType.Init, 0, init), (ChunkType.CookieAck, 0, [])).ShouldBeEmpty();
        Give(Core.LocalTag, (ChunkType.Init, 0, init)).ShouldBeEmpty();
        Give(0, (ChunkType.Init, 0, init)).Count.ShouldBe(1);
    }

    [Fact]
    public void Data_without_content_ends_the_association()
    {
        var data = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(data, Core.Receiver!.Cumulative + 1);
        var answers = Give(Core.LocalTag, (ChunkType.IData, 3, data));
        ((ChunkType)answers.ShouldHaveSingleItem()[12]).ShouldBe(ChunkType.Abort);
        network.A.EndReason.ShouldNotBeNull().ShouldContain("rules");
    }

    [Fact]
    public void A_message_beyond_what_we_announced_ends_the_association()
    {
        var small = new SimulatedNetwork(1, new NetworkConditions(), b: new SctpOptions { MaxMessageSize = 10_000 });
        small.Establish();
        small.Do(small.A, _ => small.A.Send(small.Now, 0, new byte[10_001]));
        small.Run(() => small.A.HasEnded && small.B.HasEnded, TimeSpan.FromSeconds(1));
        small.B.Received.ShouldBeEmpty();
    }

    List<byte[]> Give(uint tag, params (ChunkType Type, byte Flags, byte[] Value)[] chunks) => Give(new PacketWriter(1188, 5000, 5000), tag, chunks);

    List<byte[]> Give(PacketWriter writer, uint tag, params (ChunkType Type, byte Flags, byte[] Value)[] chunks)
    {
        writer.Begin(new byte[1200], tag);
        foreach (var (type, flags, value) in chunks)
        {
            value.CopyTo(writer.Append(type, flags, value.Length));
        }
        Core.Receive(writer.Buffer.AsSpan(0, writer.Finish()), network.Now);
        var answers = new List<byte[]>();
        while (Core.Outbox.TryTake(out var buffer, out var length))
        {
            answers.Add(buffer[..length]);
        }
        return answers;
    }
}
