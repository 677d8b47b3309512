using Breeze.WebRtc.Stun;
using Breeze.WebRtc.Turn;

namespace Breeze.WebRtc.Tests.Turn;

public sealed class TurnFramingTests
{
    static readonly byte[] Stun = new StunBuilder(StunClass.Success, StunMethod.Refresh, StunTransactionId.Create()).Add(StunAttribute.Lifetime, 600u).Build();
    static readonly byte[] Channel = [0x40, 1, 0, 5, 1, 2, 3, 4, 5];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Messages_come_out_whole_however_the_stream_is_cut(int size)
    {
        byte[] stream = [.. Stun, .. Channel, 0, 0, 0, .. Stun, .. Channel, 0, 0, 0];
        List<byte[]> messages = [];
        var framing = new TurnFraming();
        foreach (var chunk in stream.Chunk(size))
        {
            chunk.CopyTo(framing.Free);
            framing.Take(chunk.Length, m => messages.Add(m.ToArray())).ShouldBeTrue();
        }
        messages.ShouldBe([Stun, Channel, Stun, Channel]);
    }

    [Fact]
    public void A_stream_that_makes_no_sense_is_ended()
    {
        var framing = new TurnFraming();
        "HTTP/1.1 400 Bad Request"u8.CopyTo(framing.Free.Span);
        // "HT" is a channel's number and "TP" a length; the next one is none.
        var random = new Random(7);
        var ended = false;
        for (var i = 0; i < 1000 && !ended; i++)
        {
            var free = framing.Free.Length;
            random.NextBytes(framing.Free.Span[..Math.Min(300, free)]);
            ended = !framing.Take(Math.Min(300, free), _ => { });
        }
        ended.ShouldBeTrue();
    }
}
