using Breeze.WebRtc.Ice;

namespace Breeze.WebRtc.Tests.Ice;

public sealed class IceServerAddressTests
{
    [Theory]
    [InlineData("stun:stun.example.org", "Stun stun.example.org 3478")]
    [InlineData("turn:192.0.2.1:5000", "TurnUdp 192.0.2.1 5000")]
    [InlineData("turn:[2001:db8::1]:5000?transport=tcp", "TurnTcp 2001:db8::1 5000")]
    [InlineData("turns:turn.example.org", "TurnTls turn.example.org 5349")]
    public void Urls_are_taken_apart(string url, string expected)
    {
        IceServerAddress.TryParse(url, "u", "c", out var address, out var error).ShouldBeTrue(error);
        $"{address!.Kind} {address.Host} {address.Port}".ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://example.org")]
    [InlineData("stun:")]
    [InlineData("stun:host:0")]
    [InlineData("stun:host:port")]
    [InlineData("turn:host?transport=sctp")]
    [InlineData("turn:a b")]
    public void What_is_none_is_told_so(string url)
    {
        IceServerAddress.TryParse(url, "u", "c", out _, out var error).ShouldBeFalse();
        error!.ShouldContain("ICE server");
    }

    [Fact]
    public void Turn_needs_credentials()
    {
        IceServerAddress.TryParse("turn:host", "", "", out var address, out var error).ShouldBeFalse();
        address.ShouldBeNull();
        error!.ShouldContain("username");
    }
}
