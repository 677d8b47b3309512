using System.Text.Json;
using Breeze.Collectors.Network;

namespace Breeze.Plugins.Tests.Collectors;

public sealed class NetworkCollectorTests
{
    [Fact]
    public async Task The_network_of_this_machine_is_described_the_same_way_twice()
    {
        await using var plugin = await RunningPlugin.StartAsync(new NetworkPlugin());
        var document = (await plugin.CollectAsync()).Inventory["network"];
        document.GetProperty("interfaces").GetArrayLength().ShouldBeGreaterThanOrEqualTo(0);
        document.GetProperty("dns_servers").ValueKind.ShouldBe(JsonValueKind.Array);
        (await plugin.CollectAsync()).Inventory["network"].ToString().ShouldBe(document.ToString());
    }

    [Fact]
    public void The_kernels_routes_are_understood()
    {
        LinuxRoutes.ParseFour("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
            + "eth0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\neth0\t0002A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\neth0\tzz\t0\t0001\t0\t0\t0\t0\t0\t0\t0\n").ShouldBe(
            [new RouteInfo("0.0.0.0/0", "192.168.2.1", "eth0", 100), new RouteInfo("192.168.2.0/24", null, "eth0", 100)]);
        LinuxRoutes.ParseSix(
            "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n"
            + "20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
            + "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
            + "00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000003 00000000 80200001       lo\n").ShouldBe(
            [new RouteInfo("::/0", "fe80::1", "eth0", 1024), new RouteInfo("2001:db8::/64", null, "eth0", 256)]);
        LinuxRoutes.ParseFour(null).ShouldBeEmpty();
    }

    [Fact]
    public void Name_servers_gateways_and_routes_of_interfaces_that_are_left_out_are_sorted_out()
    {
        var names = NameServers.Parse("# comment\nsearch example.org corp.example.org\nnameserver 192.0.2.53\nnameserver 192.0.2.53\nnameserver 2001:db8::53\noptions ndots:2\n");
        names.Servers.ShouldBe(["192.0.2.53", "2001:db8::53"]);
        names.Search.ShouldBe(["example.org", "corp.example.org"]);
        var document = NetworkDocument.Of(
            [new InterfaceInfo("eth0", null, "ethernet", "up", null, [], ["192.0.2.1"], ["192.0.2.99"], 1000, 1500)], names,
            [new RouteInfo("10.0.0.0/8", null, "docker0", 1), new RouteInfo("::/0", "fe80::1", "eth0", 1)]);
        document.Gateways.ShouldBe(["192.0.2.1", "fe80::1"]);
        document.DnsServers.ShouldBe(["192.0.2.53", "2001:db8::53"]);
        document.Routes.ShouldHaveSingleItem().Interface.ShouldBe("eth0");
    }

    [Fact]
    public void What_Windows_and_netstat_tell_is_understood()
    {
        WindowsRoutes.Parse(JsonElement.Parse("""
            {"routes":[{"DestinationPrefix":"0.0.0.0/0","NextHop":"192.0.2.1","InterfaceAlias":"Ethernet","RouteMetric":0},{"DestinationPrefix":"192.0.2.0/24","NextHop":"0.0.0.0","InterfaceAlias":"Ethernet","RouteMetric":256},
             {"DestinationPrefix":"224.0.0.0/4","NextHop":"0.0.0.0","InterfaceAlias":"Ethernet","RouteMetric":256},{"DestinationPrefix":null}]}
            """)).ShouldBe([new RouteInfo("0.0.0.0/0", "192.0.2.1", "Ethernet", 0), new RouteInfo("192.0.2.0/24", null, "Ethernet", 256)]);
        MacRoutes.Parse("""
            Routing tables

            Internet:
            Destination        Gateway            Flags           Netif Expire
            default            192.168.1.1        UGScg             en0
            10/8               192.168.1.2        UGSc              en0
            192.168.1          link#6             UCS               en0      !
            192.168.1.7        0:1:2:3:4:5        UHLWIi            en0   1187
            """).ShouldBe(
            [new RouteInfo("0.0.0.0/0", "192.168.1.1", "en0", null), new RouteInfo("10.0.0.0/8", "192.168.1.2", "en0", null), new RouteInfo("192.168.1.0/24", null, "en0", null)]);
    }
}
