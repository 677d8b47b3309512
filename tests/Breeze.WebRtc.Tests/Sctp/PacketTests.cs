using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Tests.Sctp;

public sealed class PacketTests
{
    [Fact]
    public void A_packet_is_composed_byte_for_byte_as_the_RFC_draws_it()
    {
        var writer = new PacketWriter(1188, 5000, 5000);
        writer.Begin(new byte[1200], 0x01020304);
        "abc"u8.CopyTo(DataChunk.Write(writer, interleaved: false, 3, tsn: 0x11223344, stream: 5, messageId: 6, position: 0, ppid: 51, 3));
        var packet = writer.Buffer[..writer.Finish()];

        packet[..8].ShouldBe([0x13, 0x88, 0x13, 0x88, 1, 2, 3, 4]);
        packet[12..].ShouldBe([0, 3, 0, 19, 0x11, 0x22, 0x33, 0x44, 0, 5, 0, 6, 0, 0, 0, 51, (byte)'a', (byte)'b', (byte)'c', 0]);
    }

    [Fact]
    public void An_interleaved_fragment_says_what_it_is_first_and_its_number_later()
    {
        var writer = new PacketWriter(1188, 5000, 5000);
        writer.Begin(new byte[1200], 1);
        DataChunk.Write(writer, interleaved: true, ChunkFlags.First, 10, 2, 7, position: 0, ppid: 53, 4);
        DataChunk.Write(writer, interleaved: true, ChunkFlags.Last, 11, 2, 7, position: 1, ppid: 53, 4);
        PacketReader.TryOpen(writer.Buffer.AsSpan(0, writer.Finish()), out var reader).ShouldBeTrue();

        reader.TryNext(out var chunk).ShouldBeTrue();
        DataChunk.TryParse(chunk, out var first).ShouldBeTrue();
        (first.Tsn, first.Stream, first.MessageId, first.Position, first.Ppid, first.IsFirst, first.IsLast).ShouldBe((10u, (ushort)2, 7u, 0u, 53u, true, false));
        reader.TryNext(out chunk).ShouldBeTrue();
        DataChunk.TryParse(chunk, out var last).ShouldBeTrue();
        (last.Tsn, last.Position, last.Ppid, last.IsLast).ShouldBe((11u, 1u, 0u, true));
        reader.TryNext(out _).ShouldBeFalse();
    }

    [Fact]
    public void Padding_is_skipped_and_may_be_missing_at_the_end()
    {
        var packet = Signed([.. Header, 9, 0, 0, 5, 1, 0, 0, 0, 11, 0, 0, 5, 7]);
        PacketReader.TryOpen(packet, out var reader).ShouldBeTrue();
        reader.TryNext(out var chunk).ShouldBeTrue();
        (chunk.Type, chunk.Value.Length).ShouldBe((ChunkType.Error, 1));
        reader.TryNext(out chunk).ShouldBeTrue();
        (chunk.Type, chunk.Value[0]).ShouldBe((ChunkType.CookieAck, (byte)7));
        reader.AtEnd.ShouldBeTrue();
    }

    [Theory, InlineData(0, 3), InlineData(0, 0), InlineData(0, 9), InlineData(0xFF, 0xFF)]
    public void A_chunk_whose_length_cannot_be_ends_the_packet(byte high, byte low)
    {
        PacketReader.TryOpen(Signed([.. Header, 9, 0, high, low, 0, 0, 0, 0]), out var reader).ShouldBeTrue();
        reader.TryNext(out _).ShouldBeFalse();
        reader.AtEnd.ShouldBeTrue();
    }

    [Fact]
    public void INIT_is_read_as_it_was_written_and_unknown_parameters_are_reported_or_not_as_they_ask()
    {
        var init = new InitChunk(0xAABBCCDD, 1000, 2000, 3000, 0x01020304, Features.All);
        var buffer = new byte[200];
        var length = init.Write(buffer);
        // Skip and report, skip, then stop and report: what follows the last is not looked at.
        byte[] more = [0xC1, 0, 0, 5, 42, 0, 0, 0, 0x81, 0, 0, 4, 0x41, 0, 0, 4, 0, 7, 0, 4];
        more.CopyTo(buffer, length);
        var unknown = new ParameterWriter(new byte[100]);

        InitChunk.TryParse(buffer.AsSpan(0, length + more.Length), out var read, out var cookie, ref unknown).ShouldBeTrue();

        read.ShouldBe(init);
        cookie.Length.ShouldBe(0);
        unknown.Written.ToArray().ShouldBe([0, 8, 0, 9, 0xC1, 0, 0, 5, 42, 0, 0, 0, 0, 8, 0, 8, 0x41, 0, 0, 4]);
    }

    static byte[] Header => [0x13, 0x88, 0x13, 0x88, 0, 0, 0, 1, 0, 0, 0, 0];

    static byte[] Signed(byte[] packet)
    {
        Crc32c.Write(packet);
        return packet;
    }
}
