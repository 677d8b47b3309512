using System.Net;
using System.Net.Sockets;

namespace Breeze.Web.Hosting;

/// <summary>Looks for a taken port before anything else is started, so that the answer comes at once and in one line.</summary>
static class PortCheck
{
    public static void Run(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            BindingAddress address;
            try
            {
                address = BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                throw new StartupException($"'{url}' is not an address to listen on. Use the form http://localhost:5080.");
            }
            if (address.Port == 0 || address.IsUnixPipe)
            {
                continue;
            }
            var ip = IPAddress.TryParse(address.Host, out var parsed) ? parsed : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any;
            try
            {
                using var listener = new TcpListener(ip, address.Port);
                listener.Start();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new StartupException($"Port {address.Port} is taken by another program. Stop that, or choose another with --urls, for example --urls http://localhost:{address.Port + 10}.");
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
            {
                throw new StartupException($"Port {address.Port} may only be used by an administrator. Choose one above 1024 with --urls.");
            }
            catch (SocketException e)
            {
                throw new StartupException($"Breeze cannot listen on {url}: {e.Message}. Choose another address with --urls.");
            }
        }
    }
}
