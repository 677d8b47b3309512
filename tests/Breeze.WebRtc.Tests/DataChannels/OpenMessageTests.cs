using Breeze.WebRtc.DataChannels;

namespace Breeze.WebRtc.Tests.DataChannels;

public sealed class OpenMessageTests
{
    [Fact]
    public void It_is_written_as_RFC_8832_draws_it() =>
        new OpenMessage("ab", new RtcDataChannelOptions { Ordered = false, MaxRetransmits = 3, Protocol = "p" }).Write()
            .ShouldBe([3, 0x81, 0, 0, 0, 0, 0, 3, 0, 2, 0, 1, (byte)'a', (byte)'b', (byte)'p']);

    public static TheoryData<RtcDataChannelOptions> Kinds => new()
    {
        new RtcDataChannelOptions(),
        new RtcDataChannelOptions { Ordered = false },
        new RtcDataChannelOptions { MaxPacketLifeTime = 1500, Protocol = "über" },
        new RtcDataChannelOptions { MaxRetransmits = 0, Ordered = false },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void What_was_written_is_read(RtcDataChannelOptions options) =>
        OpenMessage.Parse(new OpenMessage("Kanal 1", options).Write()).ShouldBe(new OpenMessage("Kanal 1", options));

    [Fact]
    public void What_does_not_fit_its_lengths_or_is_of_an_unknown_kind_is_nothing()
    {
        var good = new OpenMessage("label", new RtcDataChannelOptions { Protocol = "x" }).Write();
        for (var length = 0; length < good.Length; length++)
        {
            OpenMessage.Parse(good.AsSpan(0, length)).ShouldBeNull();
        }
        OpenMessage.Parse([.. good, 0]).ShouldBeNull();
        good[1] = 3;
        OpenMessage.Parse(good).ShouldBeNull();
        OpenMessage.IsAck([2]).ShouldBeTrue();
        OpenMessage.IsAck([]).ShouldBeFalse();
    }
}
