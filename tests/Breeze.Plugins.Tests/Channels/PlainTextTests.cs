using Breeze.Channels;

namespace Breeze.Plugins.Tests.Channels;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("exactly ten", 11, "exactly ten")]
    [InlineData("one too many", 11, "one too ma…")]
    [InlineData("ab😀cd", 4, "ab…")]
    [InlineData("ab😀cd", 5, "ab😀…")]
    public void A_cut_never_breaks_a_character(string text, int most, string expected) => PlainText.Cut(text, most).ShouldBe(expected);

    [Theory]
    [InlineData("a<b", 6, "a&lt;b")]
    [InlineData("a<bc", 6, "a&lt;…")]
    [InlineData("ab<<", 6, "ab…")]
    public void A_cut_never_breaks_an_escape(string text, int most, string expected) =>
        PlainText.CutEscaped(text, most, rune => rune.Value == '<' ? "&lt;" : null).ShouldBe(expected);

    [Fact]
    public void What_cannot_be_seen_is_left_out() => PlainText.Clean(" a\u0000b\u202ec\r\nd\ud800 ", 100).ShouldBe("abc\nd\ufffd");

    [Fact]
    public void Bytes_count_where_a_service_counts_them() => PlainText.CutBytes("漢漢漢漢", 9).ShouldBe("漢漢…");
}
