using System.Net;
using System.Net.Sockets;
using Breeze.Sdk;

namespace Breeze.Core.Outgoing;

/// <summary>
/// Opens TCP connections to places that people entered. A name is resolved once, its addresses are judged, and the connection goes to one of those
/// very addresses: a name that answers differently the second time gains nothing.
/// </summary>
/// <param name="rules">Which addresses may be used.</param>
/// <param name="resolve">Finds the addresses of a name.</param>
public sealed class GuardedConnector(AddressRules rules, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LimitOfOne = TimeSpan.FromSeconds(4);

    public GuardedConnector(AddressRules rules) : this(rules, Dns.GetHostAddressesAsync)
    {
    }

    /// <exception cref="ForbiddenAddressException">All that the name leads to is refused.</exception>
    /// <exception cref="IOException">There is no such host, or it does not answer.</exception>
    public async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var addresses = await AddressesAsync(host, limit.Token);
            IOException? failure = null;
            foreach (var address in addresses)
            {
                try
                {
                    return await OpenAsync(new IPEndPoint(address, port), addresses.Count > 1 ? LimitOfOne : Limit, limit.Token);
                }
                catch (SocketException e)
                {
                    failure = new IOException($"{host} cannot be reached on port {port} ({e.SocketErrorCode}).", e);
                }
                catch (OperationCanceledException) when (!limit.IsCancellationRequested)
                {
                }
            }
            throw failure ?? Silent(host, port);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(host, port);
        }
    }

    async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        IPAddress[] found;
        try
        {
            found = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await resolve(host, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new IOException($"{host} is not known to the domain name system.", e);
        }
        if (found.Length == 0)
        {
            throw new IOException($"{host} is not known to the domain name system.");
        }
        var usable = found.Where(address => rules.WhyRefused(address) is null).ToList();
        // The address itself is not said: whoever may enter a name need not learn what it is within this network.
        return usable.Count > 0
            ? usable
            : throw new ForbiddenAddressException($"{host} is {rules.WhyRefused(found[0])}; an administrator can allow it by {AllowedNetworks.Setting}.");
    }

    static async Task<Stream> OpenAsync(IPEndPoint endpoint, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static IOException Silent(string host, int port) => new($"{host} did not answer on port {port}.");
}
