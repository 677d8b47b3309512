using Breeze.Core.Devices;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Inventory;

public sealed class VersionOrderTests
{
    [Theory]
    [InlineData("3.0.2", "3.0.15")]
    [InlineData("1.0~rc1", "1.0")]
    [InlineData("1.0", "1.0a")]
    [InlineData("1.0a", "1.0+b")]
    [InlineData("9.9", "1:0.1")]
    [InlineData("3.0.2-0ubuntu1.9", "3.0.2-0ubuntu1.10")]
    [InlineData("1.9", "1.10.0")]
    [InlineData("", "0.1")]
    [InlineData("99999999999999999998", "99999999999999999999")]
    public void The_first_is_lower(string lower, string higher)
    {
        VersionOrder.Instance.Compare(lower, higher).ShouldBeLessThan(0);
        VersionOrder.Instance.Compare(higher, lower).ShouldBeGreaterThan(0);
        VersionOrder.Instance.Compare(lower, lower).ShouldBe(0);
    }

    [Fact]
    public void Zeros_in_front_do_not_count() => VersionOrder.Instance.Compare("1.07", "1.7").ShouldBe(0);
}
