using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Breeze.WebRtc.Ice;

namespace Breeze.WebRtc.Turn;

/// <summary>Finds a TURN server by its name and gets an allocation there, or at the server that it names instead.</summary>
static class TurnConnector
{
    const int MaxAddresses = 2;
    const int MaxRedirects = 2;
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The client, or why there is none. TLS trusts what the system trusts, unless <paramref name="trust"/> decides.</summary>
    public static async Task<(TurnClient? Client, string? Error)> ConnectAsync(
        IceServerAddress server, TimeProvider time, IceDatagramHandler received, CancellationToken cancellationToken,
        RemoteCertificateValidationCallback? trust = null)
    {
        var addresses = await IceResolver.ResolveAsync(server.Host, MaxAddresses, cancellationToken);
        string? error = $"The name of the TURN server '{server.Host}' leads to no address.";
        foreach (var address in addresses)
        {
            var endPoint = new IPEndPoint(address, server.Port);
            for (var redirects = 0; redirects <= MaxRedirects; redirects++)
            {
                (var client, error, var alternate) = await TryAsync(server, endPoint, time, received, trust, cancellationToken);
                if (client is not null)
                {
                    return (client, null);
                }
                // A server that names itself, or another without end, is left.
                if (alternate is null || alternate.Equals(endPoint) || alternate.AddressFamily != endPoint.AddressFamily)
                {
                    break;
                }
                endPoint = alternate;
            }
        }
        return (null, error);
    }

    static async Task<(TurnClient? Client, string? Error, IPEndPoint? Alternate)> TryAsync(
        IceServerAddress server, IPEndPoint endPoint, TimeProvider time, IceDatagramHandler received, RemoteCertificateValidationCallback? trust,
        CancellationToken cancellationToken)
    {
        TurnClient? client = null;
        try
        {
            client = new(server, await OpenAsync(server, endPoint, trust, cancellationToken), time, received);
            var outcome = await client.AllocateAsync(cancellationToken);
            if (outcome.Error is null)
            {
                (var allocated, client) = (client, null);
                return (allocated, null, null);
            }
            return (null, outcome.Error, outcome.Alternate);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return (null, $"The TURN server {endPoint} cannot be reached: {e.Message}", null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"The TURN server {endPoint} did not take the connection in time.", null);
        }
        finally
        {
            if (client is not null)
            {
                await client.DisposeAsync();
            }
        }
    }

    static async Task<ITurnLink> OpenAsync(
        IceServerAddress server, IPEndPoint endPoint, RemoteCertificateValidationCallback? trust, CancellationToken cancellationToken)
    {
        if (server.Kind == IceServerKind.TurnUdp)
        {
            return new TurnUdpLink(endPoint);
        }
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ConnectTimeout);
        return await TurnStreamLink.ConnectAsync(endPoint, server.Kind == IceServerKind.TurnTls ? server.Host : null, trust, timeout.Token);
    }
}
