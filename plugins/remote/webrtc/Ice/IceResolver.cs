using System.Net;
using System.Net.Sockets;

namespace Breeze.WebRtc.Ice;

/// <summary>Names of servers to addresses.</summary>
static class IceResolver
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Empty when the name leads nowhere.</summary>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, int max, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            var all = await Dns.GetHostAddressesAsync(host, timeout.Token);
            return [.. all.Where(a => a.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6).Take(max)];
        }
        catch (Exception e) when (e is SocketException or ArgumentException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return [];
        }
    }
}
