using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Breeze.WebRtc.Sdp;

namespace Breeze.WebRtc.Ice.Mdns;

/// <summary>
/// Asks the local network for the addresses behind the names that browsers hide theirs with. Bounded in names, in time and in what is believed.
/// </summary>
sealed class MdnsResolver(TimeProvider time)
{
    const int Port = 5353;
    const int MaxNames = 8;
    static readonly IPAddress Group = IPAddress.Parse("224.0.0.251");
    static readonly TimeSpan[] Waits = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    int _asked;

    /// <summary>The address, or null when nobody answers for the name.</summary>
    public async Task<IPAddress?> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        if (!MdnsName.IsProper(name) || Interlocked.Increment(ref _asked) > MaxNames)
        {
            return null;
        }
        try
        {
            using var socket = Open(out var interfaces);
            using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var answer = ReceiveAsync(socket, name, closing.Token);
            var questions = MdnsMessage.Questions(name);
            foreach (var wait in Waits)
            {
                Ask(socket, interfaces, questions);
                try
                {
                    return await answer.WaitAsync(wait, time, cancellationToken);
                }
                catch (TimeoutException)
                {
                    // Asked again, or given up.
                }
            }
            await closing.CancelAsync();
            return null;
        }
        catch (Exception e) when (e is SocketException or NetworkInformationException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Answers go to the port of mDNS only, so it is shared with whoever else listens there.</summary>
    static Socket Open(out List<IPAddress> interfaces)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Any, Port));
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 255);
            interfaces = [.. LocalAddresses.List(loopback: true).Where(a => a.AddressFamily == AddressFamily.InterNetwork)];
            foreach (var address in interfaces)
            {
                try
                {
                    socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(Group, address));
                }
                catch (SocketException)
                {
                    // An interface without multicast.
                }
            }
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static void Ask(Socket socket, List<IPAddress> interfaces, byte[][] questions)
    {
        foreach (var address in interfaces)
        {
            try
            {
                socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, address.GetAddressBytes());
                foreach (var question in questions)
                {
                    socket.SendTo(question, new IPEndPoint(Group, Port));
                }
            }
            catch (SocketException)
            {
                // That one does not carry it.
            }
        }
    }

    static async Task<IPAddress?> ReceiveAsync(Socket socket, string name, CancellationToken cancellationToken)
    {
        var buffer = new byte[9000];
        try
        {
            while (true)
            {
                var read = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
                if (MdnsMessage.Addresses(buffer.AsSpan(0, read.ReceivedBytes), name).Find(SdpCandidate.IsReachable) is { } address)
                {
                    return address;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
    }
}
