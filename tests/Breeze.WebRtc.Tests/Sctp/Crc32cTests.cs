using System.Text;
using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Tests.Sctp;

public sealed class Crc32cTests
{
    /// <summary>The examples of RFC 3720, B.4, and the check value that catalogues of such sums give.</summary>
    public static TheoryData<byte[], uint> Vectors => new()
    {
        { new byte[32], 0x8A9136AA },
        { Enumerable.Repeat((byte)0xFF, 32).ToArray(), 0x62A8AB43 },
        { Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(), 0x46DD794E },
        { Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray(), 0x113FDB5C },
        { Encoding.ASCII.GetBytes("123456789"), 0xE3069283 },
    };

    [Theory, MemberData(nameof(Vectors))]
    public void The_sum_is_that_of_the_RFC(byte[] bytes, uint expected) => (~Crc32c.Add(uint.MaxValue, bytes)).ShouldBe(expected);

    [Fact]
    public void It_stands_in_the_packet_with_its_lowest_byte_first_and_does_not_count_itself()
    {
        byte[] packet = [0x13, 0x88, 0x13, 0x88, 1, 2, 3, 4, 9, 9, 9, 9, 11, 0, 0, 4];
        byte[] zeroed = [.. packet];
        zeroed.AsSpan(8, 4).Clear();
        var expected = ~Crc32c.Add(uint.MaxValue, zeroed);

        Crc32c.Write(packet);

        packet[8..12].ShouldBe(BitConverter.GetBytes(expected));
        Crc32c.IsRight(packet).ShouldBeTrue();
        packet[13] ^= 1;
        Crc32c.IsRight(packet).ShouldBeFalse();
    }
}
