using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Breeze.Collectors.Network;

/// <summary>Lists the interfaces, the same way on every system.</summary>
static class Interfaces
{
    const int Most = 64;

    public static IReadOnlyList<InterfaceInfo> Read(NetworkOptions options)
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(item => item.NetworkInterfaceType != NetworkInterfaceType.Loopback && !item.Name.StartsWith("veth", StringComparison.Ordinal) && !options.Excludes(item.Name))
                    .OrderBy(item => item.Name, StringComparer.Ordinal).Take(Most).Select(Describe),
            ];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    static InterfaceInfo Describe(NetworkInterface item)
    {
        var properties = item.GetIPProperties();
        var mac = item.GetPhysicalAddress().GetAddressBytes();
        return new InterfaceInfo(
            item.Name,
            item.Description == item.Name ? null : Lines.Full(item.Description),
            item.NetworkInterfaceType switch
            {
                NetworkInterfaceType.Ethernet or NetworkInterfaceType.GigabitEthernet or NetworkInterfaceType.FastEthernetT => "ethernet",
                NetworkInterfaceType.Wireless80211 => "wireless",
                NetworkInterfaceType.Tunnel or NetworkInterfaceType.Ppp => "tunnel",
                _ => "other",
            },
            item.OperationalStatus is OperationalStatus.Up ? "up" : item.OperationalStatus is OperationalStatus.Down or OperationalStatus.LowerLayerDown ? "down" : "unknown",
            mac.Length == 0 ? null : string.Join(':', mac.Select(part => part.ToString("x2", CultureInfo.InvariantCulture))),
            [.. properties.UnicastAddresses.Select(unicast => string.Create(CultureInfo.InvariantCulture, $"{Plain(unicast.Address)}/{unicast.PrefixLength}")).Order(StringComparer.Ordinal)],
            Texts(properties.GatewayAddresses.Select(gateway => gateway.Address)),
            Texts(properties.DnsAddresses),
            Speed(item),
            item.Supports(NetworkInterfaceComponent.IPv4) ? properties.GetIPv4Properties().Mtu : null);
    }

    static IReadOnlyList<string> Texts(IEnumerable<IPAddress> addresses) =>
        [.. addresses.Where(address => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)).Select(address => Plain(address).ToString()).Distinct()];

    /// <summary>Without the zone of link-local addresses, which has no meaning elsewhere.</summary>
    static IPAddress Plain(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address;

    /// <summary>Drivers that do not know say -1, in as many bits as they have.</summary>
    static long? Speed(NetworkInterface item)
    {
        try
        {
            return item.Speed is > 0 and < 10_000_000_000_000 ? item.Speed / 1_000_000 : null;
        }
        catch (PlatformNotSupportedException)
        {
            return null;
        }
    }
}
