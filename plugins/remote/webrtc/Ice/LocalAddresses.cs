using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Breeze.WebRtc.Ice;

/// <summary>The addresses of this machine that a peer could reach.</summary>
static class LocalAddresses
{
    const int Max = 16;

    public static IReadOnlyList<IPAddress> List(bool loopback)
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(i => i.OperationalStatus == OperationalStatus.Up && (loopback || i.NetworkInterfaceType != NetworkInterfaceType.Loopback))
                    // A tunnel is a way too, but rarely the shortest.
                    .OrderBy(i => i.NetworkInterfaceType is NetworkInterfaceType.Tunnel or NetworkInterfaceType.Ppp or NetworkInterfaceType.Loopback)
                    .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                    .Select(a => a.Address)
                    .Where(a => IsUsable(a, loopback))
                    .Distinct()
                    .Take(Max),
            ];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    static bool IsUsable(IPAddress address, bool loopback)
    {
        if (IPAddress.IsLoopback(address))
        {
            return loopback;
        }
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? !address.IsIPv6LinkLocal && !address.IsIPv6SiteLocal && !address.IsIPv6Multicast
            : address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is not [169, 254, ..];
    }
}
