using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Breeze.Collectors.Hardware;

/// <summary>Lists the network interfaces.</summary>
static class NetworkInventory
{
    const int Most = 64;

    public static IReadOnlyList<NetworkInterfaceInfo> Read()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    // The host's ends of containers' pairs come and go, and would make every document a new one.
                    .Where(item => item.NetworkInterfaceType != NetworkInterfaceType.Loopback && !item.Name.StartsWith("veth", StringComparison.Ordinal))
                    .OrderBy(item => item.Name, StringComparer.Ordinal).Take(Most).Select(Describe),
            ];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    static NetworkInterfaceInfo Describe(NetworkInterface item)
    {
        var properties = item.GetIPProperties();
        var addresses = properties.UnicastAddresses
            .Select(unicast => string.Create(CultureInfo.InvariantCulture, $"{Plain(unicast.Address)}/{unicast.PrefixLength}"))
            .Order(StringComparer.Ordinal).ToList();
        var mac = item.GetPhysicalAddress().GetAddressBytes();
        var isUp = item.OperationalStatus is OperationalStatus.Up;
        return new NetworkInterfaceInfo(
            item.Name,
            mac.Length == 0 ? null : string.Join(':', mac.Select(part => part.ToString("x2", CultureInfo.InvariantCulture))),
            addresses,
            Speed(item),
            item.Supports(NetworkInterfaceComponent.IPv4) ? properties.GetIPv4Properties().Mtu : null,
            isUp ? "up" : item.OperationalStatus is OperationalStatus.Down or OperationalStatus.LowerLayerDown ? "down" : "unknown");
    }

    /// <summary>Without the zone of link-local addresses, which has no meaning elsewhere.</summary>
    static IPAddress Plain(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address;

    static long? Speed(NetworkInterface item)
    {
        try
        {
            return item.Speed is > 0 and < long.MaxValue ? item.Speed / 1_000_000 : null;
        }
        catch (PlatformNotSupportedException)
        {
            return null;
        }
    }
}
