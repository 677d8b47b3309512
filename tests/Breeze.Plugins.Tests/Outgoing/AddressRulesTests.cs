using System.Net;
using Breeze.Core.Outgoing;

namespace Breeze.Plugins.Tests.Outgoing;

public sealed class AddressRulesTests
{
    static readonly AddressRules Rules = new([]);

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("169.253.255.255")]
    [InlineData("192.167.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("2002:808:808::1")]
    public void The_internet_is_open(string address) => Rules.WhyRefused(IPAddress.Parse(address)).ShouldBeNull();

    [Theory]
    [InlineData("127.0.0.1", "a loopback address")]
    [InlineData("127.255.255.254", "a loopback address")]
    [InlineData("0.0.0.0", "an unspecified address")]
    [InlineData("0.1.2.3", "an unspecified address")]
    [InlineData("10.0.0.1", "a private address")]
    [InlineData("10.255.255.255", "a private address")]
    [InlineData("172.16.0.1", "a private address")]
    [InlineData("172.31.255.255", "a private address")]
    [InlineData("192.168.1.1", "a private address")]
    [InlineData("100.64.0.1", "a private address")]
    [InlineData("100.127.255.255", "a private address")]
    [InlineData("198.18.0.1", "a private address")]
    [InlineData("169.254.169.254", "a link-local address")]
    [InlineData("169.254.0.1", "a link-local address")]
    [InlineData("192.0.0.8", "a reserved address")]
    [InlineData("192.0.2.1", "a reserved address")]
    [InlineData("192.88.99.1", "a reserved address")]
    [InlineData("198.51.100.1", "a reserved address")]
    [InlineData("203.0.113.1", "a reserved address")]
    [InlineData("224.0.0.1", "a multicast address")]
    [InlineData("239.255.255.255", "a multicast address")]
    [InlineData("240.0.0.1", "a reserved address")]
    [InlineData("255.255.255.255", "a reserved address")]
    [InlineData("::", "an unspecified address")]
    [InlineData("::1", "a loopback address")]
    [InlineData("fe80::1", "a link-local address")]
    [InlineData("fe80::1%1", "a link-local address")]
    [InlineData("febf::1", "a link-local address")]
    [InlineData("fec0::1", "a private address")]
    [InlineData("fc00::1", "a private address")]
    [InlineData("fd00:ec2::254", "a private address")]
    [InlineData("ff02::1", "a multicast address")]
    [InlineData("2001:db8::1", "a reserved address")]
    [InlineData("2001::1", "a reserved address")]
    [InlineData("3fff::1", "a reserved address")]
    [InlineData("100::1", "a reserved address")]
    [InlineData("4000::1", "a reserved address")]
    [InlineData("64:ff9b:1::a00:1", "a reserved address")]
    [InlineData("::ffff:127.0.0.1", "a loopback address")]
    [InlineData("::ffff:10.0.0.1", "a private address")]
    [InlineData("::ffff:169.254.169.254", "a link-local address")]
    [InlineData("::127.0.0.1", "a loopback address")]
    [InlineData("::10.0.0.1", "a private address")]
    [InlineData("64:ff9b::7f00:1", "a loopback address")]
    [InlineData("64:ff9b::a9fe:a9fe", "a link-local address")]
    [InlineData("64:ff9b::a00:1", "a private address")]
    [InlineData("2002:7f00:1::", "a loopback address")]
    [InlineData("2002:a9fe:a9fe::1", "a link-local address")]
    [InlineData("2002:c0a8:101::1", "a private address")]
    public void Whatever_is_not_of_the_internet_is_refused_in_every_form(string address, string why) => Rules.WhyRefused(IPAddress.Parse(address)).ShouldBe(why);

    [Fact]
    public void An_administrator_can_allow_networks_and_single_addresses()
    {
        var (networks, wrong) = AllowedNetworks.Parse(["10.1.0.0/16", "192.168.1.7", "fd12::/16"]);
        wrong.ShouldBeNull();
        var rules = new AddressRules(networks);
        foreach (var allowed in (string[])["10.1.2.3", "192.168.1.7", "fd12::5", "::ffff:10.1.2.3", "64:ff9b::a01:203"])
            rules.WhyRefused(IPAddress.Parse(allowed)).ShouldBeNull(allowed);
        foreach (var refused in (string[])["10.2.0.1", "192.168.1.8", "fd13::5", "127.0.0.1", "169.254.169.254"])
            rules.WhyRefused(IPAddress.Parse(refused)).ShouldNotBeNull(refused);
        AllowedNetworks.Parse(["10.0.0.0/8", "everything"]).Wrong.ShouldBe("everything");
    }
}
