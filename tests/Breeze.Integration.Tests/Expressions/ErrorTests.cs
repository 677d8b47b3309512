using System.Diagnostics;
using Breeze.Core.Expressions;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Expressions;

/// <summary>What is wrong is said at its place, and nothing that somebody types is slow or breaks anything.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData("os.familiy = \"linux\"", 1, "Unknown field `os.familiy`. Did you mean `os.family`?", "os.family")]
    [InlineData("status = \"onlin\"", 10, "Did you mean \"online\"?", "\"online\"")]
    [InlineData("tags has \"a\" adn live", 14, "Did you mean `and`?", "and")]
    [InlineData("hostname < \"b\"", 10, "has no order", "=")]
    [InlineData("last_seen < 7d", 13, "7d ago", "7d ago")]
    [InlineData("uptime > 30", 10, "with its unit", "30d")]
    [InlineData("memory.total > \"much\"", 16, "is a size", null)]
    [InlineData("cpu.percent > 4 GiB", 17, "`and` or `or`", "and")]
    [InlineData("cpu.percent > abc", 15, "percentage", null)]
    [InlineData("tags != \"a\"", 6, "several values", "=")]
    [InlineData("hostname has \"a\"", 10, "`has` asks whether several", "=")]
    [InlineData("name = \"\"", 8, "is empty", "is empty")]
    [InlineData("name = \"abc", 8, "no closing quote", "\"")]
    [InlineData("(live", 1, "not closed", ")")]
    [InlineData("live)", 5, "closes none", null)]
    [InlineData("live and", 9, "ends where a condition should follow", null)]
    [InlineData("", 1, "empty", null)]
    [InlineData("metric(\"no.such\") > 1", 8, "No plugin declares", null)]
    [InlineData("software < 3", 1, "Say which", "software(\"")]
    [InlineData("name matches \"a(b\"", 18, "not closed", null)]
    [InlineData("name matches \"(?=a)\"", 16, "no look-around", null)]
    [InlineData("name = \"a\" ; drop", 12, "has no meaning here", null)]
    [InlineData("software(\"a\") < \"x\"", 17, "no digit", null)]
    public void An_error_names_its_place_and_what_to_write(string text, int column, string message, string? suggestion)
    {
        var error = Parse(text).Error.ShouldNotBeNull(text);
        error.Message.ShouldContain(message);
        (error.Column, error.Suggestion).ShouldBe((column, suggestion), error.Message);
    }

    [Fact]
    public void Bad_input_is_refused_at_once_and_in_words()
    {
        string[] texts =
        [
            new('a', 100_000), new('(', 3999), string.Concat(Enumerable.Repeat("not ", 999)), string.Join(" or ", Enumerable.Repeat("live", 450)), new string('(', 1990) + "live" + new string(')', 1990),
            "name in (" + string.Join(",", Enumerable.Repeat("a", 1900)) + ")", "name = \"\0\"", "name = \"\ud800\"", "name matches \"(a{100}){100}\"", $"name matches \"{new string('(', 100)}\"",
            "name matches \"" + new string('a', 300) + "\"", "name matches \"[\uff00-\u0100]\"", "name matches \"a**\"", "name matches \"\\\\\"",
        ];
        var watch = Stopwatch.StartNew();
        foreach (var text in texts)
        {
            Parse(text).Error.ShouldNotBeNull(text[..Math.Min(60, text.Length)]).Message.ShouldNotBeNullOrWhiteSpace();
        }
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+b")]
    [InlineData("(.*)(.*)(.*)(.*)(.*)c")]
    [InlineData("((a*)*)*b")]
    public void A_pattern_that_backtracks_elsewhere_is_quick_here(string pattern)
    {
        var compiled = Parse($"hostname matches \"{pattern}\"").Expression.ShouldNotBeNull().Compile();
        var watch = Stopwatch.StartNew();
        compiled(new() { Id = Guid.NewGuid(), At = DateTimeOffset.UnixEpoch, Hostname = new string('a', 250) + "!" });
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("OS.Family=\"Windows\" AND not live", "os.family = \"Windows\" and not live")]
    [InlineData("a or b and c", "\"a\" or \"b\" and \"c\"")]
    [InlineData("(a or b) and c", "(\"a\" or \"b\") and \"c\"")]
    [InlineData("web-01 berlin", "\"web-01\" and \"berlin\"")]
    [InlineData("last_seen < 7 days ago", "last_seen < 7d ago")]
    [InlineData("memory.total>=4gib", "memory.total >= 4 GiB")]
    [InlineData("name not in (a, 'b')", "not (name in (\"a\", \"b\"))")]
    [InlineData("serial is  empty", "serial is empty")]
    [InlineData("hostname matches '^web-\\d+$'", "hostname matches \"^web-\\d+$\"")]
    [InlineData("tags = server", "tags has \"server\"")]
    [InlineData("os.version >= 10.0.19045", "os.version >= 10.0.19045")]
    public void An_expression_has_one_normal_form(string text, string normal) => Parse(text).Expression.ShouldNotBeNull(Parse(text).Error?.Message).Text.ShouldBe(normal);

    static ExpressionResult Parse(string text) => ExpressionEngine.Parse(text, ExpressionCatalog.BuiltIn);
}
