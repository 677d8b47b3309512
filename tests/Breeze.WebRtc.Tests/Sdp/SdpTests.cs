using System.Text;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Sdp;

namespace Breeze.WebRtc.Tests.Sdp;

public sealed class SdpTests
{
    static SdpDescription Parse(string sdp)
    {
        SdpParser.TryParse(sdp, out var description, out var error).ShouldBeTrue(error);
        return description!;
    }

    static string Error(string sdp)
    {
        SdpParser.TryParse(sdp, out _, out var error).ShouldBeFalse();
        return error!;
    }

    [Fact]
    public void A_browsers_offer_is_read()
    {
        var description = Parse(SdpSamples.Offer);
        description.Sections.Select(s => (s.Media, s.Mid, s.Data is null)).ShouldBe([("audio", "0", true), ("application", "data", false)]);
        var data = description.Data!;
        data.Ice.ShouldBe(new IceCredentials("Qx9f", "8oXj2bC5Yk0zQ7/5u+PZqL1m"));
        data.Setup.ShouldBe(SdpSetup.ActPass);
        (data.SctpPort, data.MaxMessageSize, data.Trickle, data.EndOfCandidates).ShouldBe((5000, 262144, true, false));
        data.Fingerprints.ShouldBe([new SdpFingerprint("sha-256", SdpSamples.Fingerprint)]);
        // The TCP candidate is of no use, the named one has to be asked for.
        data.Candidates.Single().EndPoint.ToString().ShouldBe("203.0.113.9:50421");
        data.NamedCandidates.Single().Host.ShouldBe("6b3b5b64-3a1c-4a53-ae70-0d3b9d0a2b11.local");
    }

    [Fact]
    public void What_is_written_reads_the_same()
    {
        var offer = Parse(SdpSamples.Offer);
        var text = SdpWriter.Write(offer);
        text.ShouldContain("m=audio 0 UDP/TLS/RTP/SAVPF 111 63\r\n");
        text.ShouldContain("a=group:BUNDLE data\r\n");
        var again = Parse(text);
        again.Sections.Select(s => s.Mid).ShouldBe(["0", "data"]);
        var (one, two) = (offer.Data!, again.Data!);
        two.Ice.ShouldBe(one.Ice);
        two.Fingerprints.ShouldBe(one.Fingerprints);
        two.Candidates.ShouldBe(one.Candidates);
        (two.Setup, two.MaxMessageSize, two.SctpPort).ShouldBe((one.Setup, one.MaxMessageSize, one.SctpPort));
    }

    [Fact]
    public void What_a_session_says_holds_for_its_section()
    {
        var text = SdpSamples.Offer.Replace("a=setup:actpass\r\n", "", StringComparison.Ordinal).Replace("t=0 0\r\n", "t=0 0\r\na=setup:passive\r\n", StringComparison.Ordinal);
        Parse(text).Data!.Setup.ShouldBe(SdpSetup.Passive);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("hello", "line 1")]
    [InlineData("v=1\r\n", "begins with")]
    [InlineData("v=0\r\nm=application\r\n", "media line")]
    public void What_is_no_description_is_told_so(string sdp, string expected) => Error(sdp).ShouldContain(expected, Case.Insensitive);

    [Theory]
    [InlineData("a=ice-ufrag:Qx9f", "a=ice-ufrag:Q", "ice-ufrag")]
    [InlineData("a=ice-pwd:8oXj2bC5Yk0zQ7/5u+PZqL1m", "a=ice-pwd:short", "ice-pwd")]
    [InlineData("a=setup:actpass", "a=setup:holdconn", "setup")]
    [InlineData("a=fingerprint:sha-256 ", "a=fingerprint:md5 ", "sha-256")]
    [InlineData("a=fingerprint:sha-256 2B:", "a=fingerprint:sha-256 XX:", "fingerprint")]
    [InlineData("a=sctp-port:5000", "a=sctp-port:70000", "sctp-port")]
    [InlineData("a=max-message-size:262144", "a=max-message-size:-1", "max-message-size")]
    [InlineData("typ srflx", "typ wild", "type")]
    public void What_is_wrong_is_named(string from, string to, string expected) =>
        Error(SdpSamples.Offer.Replace(from, to, StringComparison.Ordinal)).ShouldContain(expected);

    [Fact]
    public void Sizes_are_bounded()
    {
        Error(new string('a', 100_000)).ShouldContain("longer than");
        Error("v=0\n" + string.Concat(Enumerable.Repeat("a=x\n", 3000))).ShouldContain("lines");
        Error("v=0\n" + string.Concat(Enumerable.Repeat("m=audio 9 RTP 0\n", 100))).ShouldContain("sections");
        Error(SdpSamples.Offer + string.Concat(Enumerable.Repeat("a=candidate:1 1 udp 1 192.0.2.1 9 typ host\n", 100))).ShouldContain("candidates");
    }

    [Fact]
    public void Broken_descriptions_are_refused_in_words()
    {
        var random = new Random(2);
        var seed = Encoding.Latin1.GetBytes(SdpSamples.Offer);
        for (var i = Fuzz.Rounds(3_000); i > 0; i--)
        {
            if (!SdpParser.TryParse(Encoding.Latin1.GetString(Fuzz.Mutate(seed, random)), out var description, out var error))
            {
                error.ShouldNotBeNullOrEmpty();
            }
            else
            {
                SdpWriter.Write(description).ShouldNotBeEmpty();
            }
        }
    }
}
