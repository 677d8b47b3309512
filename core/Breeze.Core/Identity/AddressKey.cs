using System.Net;
using System.Net.Sockets;

namespace Breeze.Core.Identity;

/// <summary>An address as limits count it.</summary>
public static class AddressKey
{
    /// <summary>One IPv4 address, however it is written; of IPv6 the network of 64 bits, within which anybody may choose addresses freely.</summary>
    public static string Of(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
        {
            return "unknown";
        }
        if (parsed.IsIPv4MappedToIPv6)
        {
            parsed = parsed.MapToIPv4();
        }
        if (parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return parsed.ToString();
        }
        var bytes = parsed.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return $"{new IPAddress(bytes)}/64";
    }
}
