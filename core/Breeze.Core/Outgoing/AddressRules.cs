using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Breeze.Core.Outgoing;

/// <summary>Which addresses a connection may go to that somebody else than an administrator of this machine has chosen: those of the internet.</summary>
public sealed class AddressRules(IReadOnlyList<IPNetwork> allowed)
{
    static readonly (IPNetwork Network, string What)[] Refused4 =
    [
        Entry("0.0.0.0/8", "an unspecified address"), Entry("10.0.0.0/8", "a private address"), Entry("100.64.0.0/10", "a private address"),
        Entry("127.0.0.0/8", "a loopback address"), Entry("169.254.0.0/16", "a link-local address"), Entry("172.16.0.0/12", "a private address"),
        Entry("192.0.0.0/24", "a reserved address"), Entry("192.0.2.0/24", "a reserved address"), Entry("192.88.99.0/24", "a reserved address"),
        Entry("192.168.0.0/16", "a private address"), Entry("198.18.0.0/15", "a private address"), Entry("198.51.100.0/24", "a reserved address"),
        Entry("203.0.113.0/24", "a reserved address"), Entry("224.0.0.0/4", "a multicast address"), Entry("240.0.0.0/4", "a reserved address"),
    ];

    static readonly (IPNetwork Network, string What)[] Refused6 =
    [
        Entry("::/128", "an unspecified address"), Entry("::1/128", "a loopback address"), Entry("fc00::/7", "a private address"),
        Entry("fec0::/10", "a private address"), Entry("fe80::/10", "a link-local address"), Entry("ff00::/8", "a multicast address"),
        // The internet's own part, and what within it is not.
        Entry("2001::/23", "a reserved address"), Entry("2001:db8::/32", "a reserved address"), Entry("3fff::/20", "a reserved address"),
    ];

    static readonly IPNetwork Internet6 = IPNetwork.Parse("2000::/3");
    static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");
    static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>What is wrong with an address, such as <c>a private address</c>; null when a connection may go there.</summary>
    public string? WhyRefused(IPAddress address)
    {
        // A scope only says which interface; the networks know none.
        var plain = address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
        return IsAllowed(plain) || (Within(plain) is { } inner && IsAllowed(inner)) ? null : Judge(plain);
    }

    bool IsAllowed(IPAddress address) => allowed.Any(network => network.Contains(address));

    static string? Judge(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return Find(Refused4, address);
        }
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return "no internet address";
        }
        return Find(Refused6, address) ?? (Within(address) is { } inner ? Find(Refused4, inner) : Internet6.Contains(address) ? null : "a reserved address");
    }

    /// <summary>The IPv4 address that an IPv6 one leads to, through the system or through a translator on the way.</summary>
    static IPAddress? Within(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }
        var bytes = address.GetAddressBytes();
        return address.IsIPv4MappedToIPv6 || Nat64.Contains(address) || (Compatible.Contains(address) && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12)) > 1) ? new IPAddress(bytes.AsSpan(12, 4))
            : SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4))
            : null;
    }

    static string? Find((IPNetwork Network, string What)[] refused, IPAddress address)
    {
        foreach (var (network, what) in refused)
        {
            if (network.Contains(address))
            {
                return what;
            }
        }
        return null;
    }

    static (IPNetwork Network, string What) Entry(string network, string what) => (IPNetwork.Parse(network), what);
}
