using System.Net;

namespace Breeze.WebRtc.Ice;

/// <summary>The peer's end: its address in the two forms that sockets want, made once.</summary>
sealed class IcePeer(IPEndPoint endPoint)
{
    public IPEndPoint EndPoint { get; } = endPoint;
    public SocketAddress Address { get; } = endPoint.Serialize();
}

/// <summary>Receives one datagram and where it came from. The span is valid during the call only.</summary>
delegate void IceDatagramHandler(IIceTransport transport, IcePeer from, ReadOnlySpan<byte> datagram);

/// <summary>Something of this side that datagrams leave from: a socket, or a relay.</summary>
interface IIceTransport
{
    /// <summary>Where the peer sees it if no NAT is between.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Sends or drops; never throws. False when the network refused at once.</summary>
    bool Send(ReadOnlySpan<byte> datagram, IcePeer to);

    /// <summary>Tells that much will go to this peer.</summary>
    void Prefer(IcePeer peer);
}
