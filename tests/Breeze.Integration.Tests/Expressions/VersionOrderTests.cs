using Breeze.Core.Expressions;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Expressions;

public sealed class VersionOrderTests
{
    [Theory]
    [InlineData("1.9", "1.10")]
    [InlineData("3.0.14", "3.0.15")]
    [InlineData("3.0.15", "3.0.15-0ubuntu3")]
    [InlineData("3.0.15-0ubuntu3", "3.0.15.1")]
    [InlineData("1.0-rc.1", "1.0")]
    [InlineData("1.0-alpha", "1.0-beta")]
    [InlineData("1.0-beta.2", "1.0-beta.11")]
    [InlineData("1.0~rc1", "1.0")]
    [InlineData("3.12.0a1", "3.12.0")]
    [InlineData("1.1.1", "1.1.1a")]
    [InlineData("1.1.1a", "1.1.1w")]
    [InlineData("9.9", "1:1.0")]
    [InlineData("1.0", "1.0+build5")]
    [InlineData("2.0.0-preview.3", "2.0.0-rc.1")]
    public void The_first_is_older(string older, string newer) => string.CompareOrdinal(VersionKey.Of(older), VersionKey.Of(newer)).ShouldBeLessThan(0);

    [Theory]
    [InlineData("3.0", "3.0.0")]
    [InlineData("v2.3", "2.3")]
    [InlineData("1.0.0-rc1", "1.0-rc.1")]
    [InlineData("2024.01", "2024.1")]
    public void Both_are_the_same(string one, string other) => VersionKey.Of(one).ShouldBe(VersionKey.Of(other));

    [Fact]
    public void Without_a_digit_it_is_no_version() => VersionKey.Of("unknown").ShouldBeNull();
}
