using System.Net;
using System.Net.Sockets;

namespace Breeze.WebRtc.Ice;

/// <summary>One UDP socket of one local address, the base of its candidates.</summary>
sealed class IceSocket : IIceTransport, IAsyncDisposable
{
    /// <summary>More than what DTLS and STUN ever send; what is longer is cut and thereby dropped above.</summary>
    const int BufferSize = 2048;
    const int SocketBuffer = 1 << 20;
    const int MaxErrorsInARow = 100;

    /// <summary>Windows reports an ICMP "port unreachable" of one peer as an error of the whole socket unless told not to.</summary>
    const int UdpConnectionReset = unchecked((int)0x9800000C);

    readonly Socket _socket;
    readonly CancellationTokenSource _closing = new();
    readonly IPEndPoint _any;
    Task _receiving = Task.CompletedTask;
    int _disposed;

    IceSocket(Socket socket)
    {
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _any = new(LocalEndPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
    }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Null when the address is gone or may not be used.</summary>
    public static IceSocket? TryBind(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }
            if (OperatingSystem.IsWindows())
            {
                socket.IOControl(UdpConnectionReset, [0, 0, 0, 0], null);
            }
            socket.ReceiveBufferSize = SocketBuffer;
            socket.SendBufferSize = SocketBuffer;
            socket.Bind(new IPEndPoint(address, 0));
            return new(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    public void Start(IceDatagramHandler handler) => _receiving = Task.Run(() => ReceiveAsync(handler));

    public bool Send(ReadOnlySpan<byte> datagram, IcePeer to)
    {
        try
        {
            return _socket.SendTo(datagram, SocketFlags.None, to.Address) == datagram.Length;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public void Prefer(IcePeer peer)
    {
        // A socket reaches every peer alike.
    }

    async Task ReceiveAsync(IceDatagramHandler handler)
    {
        var buffer = GC.AllocateArray<byte>(BufferSize, pinned: true);
        var address = _any.Serialize();
        var errors = 0;
        IcePeer? last = null;
        while (!_closing.IsCancellationRequested && errors < MaxErrorsInARow)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(buffer.AsMemory(), SocketFlags.None, address, _closing.Token);
                errors = 0;
                if (last is null || !address.Equals(last.Address))
                {
                    last = new((IPEndPoint)_any.Create(address));
                }
                handler(this, last, buffer.AsSpan(0, length));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (Exception)
            {
                // One bad datagram or one ICMP error is nothing; a socket that only fails is given up, and its pairs fail by silence.
                errors++;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _closing.CancelAsync();
            _socket.Dispose();
            await _receiving;
            _closing.Dispose();
        }
    }
}
