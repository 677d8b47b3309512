using System.Net;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Tests.Stun;

public sealed class StunMessageTests
{
    static readonly byte[] Key = StunKey.ShortTerm("a password of some length");

    static StunBuilder Builder(StunClass @class = StunClass.Request, StunMethod method = StunMethod.Binding) => new(@class, method, StunTransactionId.Create());

    [Theory]
    [InlineData("192.0.2.7:65535")]
    [InlineData("[2001:db8::7]:1")]
    public void What_is_written_is_read(string address)
    {
        var endPoint = IPEndPoint.Parse(address);
        var builder = Builder(StunClass.Error, StunMethod.ChannelBind)
            .Add(StunAttribute.XorPeerAddress, endPoint).Add(StunAttribute.MappedAddress, endPoint).Add(StunAttribute.Username, "abc")
            .Add(StunAttribute.IceControlling, ulong.MaxValue - 1).Add(StunAttribute.UseCandidate).AddError(438, "Stale").Sign(Key).Fingerprint();
        StunMessage.TryParse(builder.Build(), out var message).ShouldBeTrue();
        (message.Class, message.Method, message.Id).ShouldBe((StunClass.Error, StunMethod.ChannelBind, builder.Id));
        message.Address(StunAttribute.XorPeerAddress).ShouldBe(endPoint);
        message.Address(StunAttribute.MappedAddress).ShouldBe(endPoint);
        message.Text(StunAttribute.Username, 3).ShouldBe("abc");
        message.Text(StunAttribute.Username, 2).ShouldBeNull();
        message.UInt64(StunAttribute.IceControlling).ShouldBe(ulong.MaxValue - 1);
        message.Has(StunAttribute.UseCandidate).ShouldBeTrue();
        message.Error.ShouldBe(438);
        message.IsSignedWith(Key).ShouldBeTrue();
        message.HasFingerprint.ShouldBeTrue();
    }

    [Fact]
    public void What_stands_behind_the_signature_is_not_seen()
    {
        var bytes = Builder().Sign(Key).Add(StunAttribute.UseCandidate).Fingerprint().Build();
        StunMessage.TryParse(bytes, out var message).ShouldBeTrue();
        message.IsSignedWith(Key).ShouldBeTrue();
        message.Has(StunAttribute.UseCandidate).ShouldBeFalse();
    }

    [Fact]
    public void Every_changed_bit_breaks_the_signature_or_the_message()
    {
        var proper = Builder().Add(StunAttribute.Username, "four:four").Add(StunAttribute.Priority, 7).Sign(Key).Build();
        for (var bit = 0; bit < proper.Length * 8; bit++)
        {
            var changed = (byte[])proper.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            (StunMessage.TryParse(changed, out var message) && message.IsSignedWith(Key)).ShouldBeFalse($"bit {bit}");
        }
    }

    [Fact]
    public void Attributes_that_must_be_understood_are_named()
    {
        StunMessage.TryParse(Builder().Add((StunAttribute)0x7001, 1).Add((StunAttribute)0x9001, 1).Build(), out var message).ShouldBeTrue();
        message.Unknown.ShouldBe([(ushort)0x7001]);
    }

    [Fact]
    public void Cut_or_longer_messages_are_none()
    {
        var proper = Builder().Add(StunAttribute.Username, "four:four").Sign(Key).Fingerprint().Build();
        for (var length = 0; length < proper.Length; length++)
        {
            StunMessage.TryParse(proper.AsSpan(0, length), out _).ShouldBeFalse();
        }
        StunMessage.TryParse([.. proper, 0, 0, 0, 0], out _).ShouldBeFalse();
    }

    [Fact]
    public void Broken_messages_are_refused_quietly()
    {
        var random = new Random(1);
        byte[][] seeds = [Rfc5769Tests.Request, Builder().Add(StunAttribute.XorMappedAddress, new IPEndPoint(IPAddress.IPv6Loopback, 5)).AddError(401, "x").Fingerprint().Build()];
        for (var i = Fuzz.Rounds(20_000); i > 0; i--)
        {
            if (!StunMessage.TryParse(Fuzz.Mutate(seeds[i % seeds.Length], random), out var message))
            {
                continue;
            }
            _ = message.Mapped;
            _ = message.Address(StunAttribute.AlternateServer);
            _ = message.Error;
            _ = message.Text(StunAttribute.Username, 513);
            _ = message.UInt32(StunAttribute.Priority);
            _ = message.Unknown.Count();
            _ = message.HasFingerprint;
            message.IsSignedWith(Key).ShouldBeFalse();
        }
    }
}
