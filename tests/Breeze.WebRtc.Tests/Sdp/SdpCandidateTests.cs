using System.Net;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Sdp;

namespace Breeze.WebRtc.Tests.Sdp;

public sealed class SdpCandidateTests
{
    static SdpCandidate Parse(string line)
    {
        SdpCandidate.TryParse(line, out var candidate, out var error).ShouldBeTrue(error);
        return candidate!;
    }

    [Theory]
    [InlineData("candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host")]
    [InlineData("candidate:a+/9 1 udp 1694498815 2001:db8::1 5000 typ srflx raddr 10.0.0.1 rport 4000")]
    [InlineData("candidate:3 1 udp 16777215 198.51.100.7 49152 typ relay raddr 203.0.113.4 rport 40000")]
    public void A_candidate_is_written_as_it_was_read(string line)
    {
        Parse(line).ToString().ShouldBe(line);
        SdpCandidate.From(Parse("a=" + line + " generation 0 ufrag abcd").ToIce()!).ToString().ShouldBe(line);
    }

    [Theory]
    [InlineData("candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active")]
    [InlineData("candidate:1 2 udp 1 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 224.0.0.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 0.0.0.0 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 255.255.255.255 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 ff02::1 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 fe80::1 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 ::ffff:192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 0 typ host")]
    [InlineData("candidate:1 1 udp 1 some.host.example 5000 typ host")]
    public void What_cannot_be_used_is_ignored_and_no_error(string line) => Parse(line).ToIce().ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("candidate:")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 5000")]
    [InlineData("candidate:1 0 udp 1 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 udp -1 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 4294967296 192.0.2.1 5000 typ host")]
    [InlineData("candidate:1 1 udp 1 192.0.2.1 65536 typ host")]
    [InlineData("candidate:<script> 1 udp 1 192.0.2.1 5000 typ host")]
    public void What_is_no_candidate_is_told_so(string line)
    {
        SdpCandidate.TryParse(line, out _, out var error).ShouldBeFalse();
        error.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void A_long_one_is_refused() => SdpCandidate.TryParse("candidate:1 1 udp 1 " + new string('a', 2000) + " 5 typ host", out _, out _).ShouldBeFalse();

    [Fact]
    public void A_local_name_takes_the_address_that_is_found()
    {
        var candidate = Parse("candidate:1 1 udp 7 0f0e0d0c.local 5000 typ host");
        candidate.IsLocalName.ShouldBeTrue();
        candidate.ToIce(IPAddress.Parse("192.0.2.5"))!.EndPoint.ToString().ShouldBe("192.0.2.5:5000");
        candidate.ToIce()?.Type.ShouldBe(IceCandidateType.Host);
        candidate.ToIce(IPAddress.Parse("224.0.0.251")).ShouldBeNull();
    }
}
