using System.Net;
using System.Net.Sockets;

namespace Breeze.Core.Outgoing;

/// <summary>The networks beside the internet that outgoing connections may go to, as an administrator of this machine wrote them down.</summary>
public static class AllowedNetworks
{
    public const string Setting = "Outgoing:AllowedNetworks";

    /// <summary>Takes <c>10.1.0.0/16</c>, <c>fd00::/8</c> and single addresses.</summary>
    /// <returns>The networks, or the first text that is none.</returns>
    public static (IReadOnlyList<IPNetwork> Networks, string? Wrong) Parse(IEnumerable<string> texts)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in texts)
        {
            if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(text, out var address))
            {
                networks.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            }
            else
            {
                return (networks, text);
            }
        }
        return (networks, null);
    }
}
