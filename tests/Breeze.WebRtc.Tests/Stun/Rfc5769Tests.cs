using System.Net;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Tests.Stun;

/// <summary>The sample messages of RFC 5769.</summary>
public sealed class Rfc5769Tests
{
    const string Password = "VOkJxbRl1RmTxUk/WvJxBt";

    public static byte[] Request { get; } = Convert.FromHexString(
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36"
        + "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf");

    static readonly byte[] Response4 = Convert.FromHexString(
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96");

    static readonly byte[] Response6 = Convert.FromHexString(
        "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c");

    static readonly byte[] LongTerm = Convert.FromHexString(
        "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c662f2f3439396b39353464364f4c33346f4c3946535476793634734100"
        + "14000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666");

    static StunMessage Parse(byte[] bytes)
    {
        StunMessage.TryParse(bytes, out var message).ShouldBeTrue();
        return message;
    }

    [Fact]
    public void The_request_is_read_and_its_sums_hold()
    {
        var message = Parse(Request);
        message.Class.ShouldBe(StunClass.Request);
        message.Method.ShouldBe(StunMethod.Binding);
        message.Text(StunAttribute.Username, 100).ShouldBe("evtj:h6vY");
        message.Text(StunAttribute.Software, 100).ShouldBe("STUN test client");
        message.UInt32(StunAttribute.Priority).ShouldBe(0x6e0001ffu);
        message.UInt64(StunAttribute.IceControlled).ShouldBe(0x932ff9b151263b36ul);
        message.IsSignedWith(StunKey.ShortTerm(Password)).ShouldBeTrue();
        message.IsSignedWith(StunKey.ShortTerm(Password + "x")).ShouldBeFalse();
        message.HasFingerprint.ShouldBeTrue();
    }

    [Fact]
    public void The_responses_give_the_mapped_addresses()
    {
        foreach (var (bytes, address) in new[] { (Response4, "192.0.2.1:32853"), (Response6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853") })
        {
            var message = Parse(bytes);
            message.Class.ShouldBe(StunClass.Success);
            message.Mapped.ShouldBe(IPEndPoint.Parse(address));
            message.IsSignedWith(StunKey.ShortTerm(Password)).ShouldBeTrue();
            message.HasFingerprint.ShouldBeTrue();
        }
    }

    [Fact]
    public void The_long_term_credential_signs_the_request()
    {
        var message = Parse(LongTerm);
        var user = message.Text(StunAttribute.Username, 513)!;
        user.ShouldBe("マトリックス");
        message.Text(StunAttribute.Nonce, 763).ShouldBe("f//499k954d6OL34oL9FSTvy64sA");
        message.IsSignedWith(StunKey.LongTerm(user, message.Text(StunAttribute.Realm, 763)!, "TheMatrIX")).ShouldBeTrue();
    }
}
