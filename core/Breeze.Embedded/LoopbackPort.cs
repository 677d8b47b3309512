using System.Net;
using System.Net.Sockets;

namespace Breeze.Embedded;

/// <summary>Finds a port that nobody listens on.</summary>
static class LoopbackPort
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
