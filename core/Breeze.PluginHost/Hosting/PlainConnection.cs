using System.Net.Sockets;

namespace Breeze.PluginHost;

/// <summary>A TCP connection to wherever it is asked to: for hosts whose plugins belong to the network that they reach, as an agent's do.</summary>
public static class PlainConnection
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <exception cref="IOException">There is no such host, or it does not answer.</exception>
    public static async ValueTask<Stream> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{host} cannot be reached on port {port} ({e.SocketErrorCode}).", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new IOException($"{host} did not answer on port {port} within {Limit.TotalSeconds:0} s.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
