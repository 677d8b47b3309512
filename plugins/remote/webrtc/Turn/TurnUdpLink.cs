using System.Net;
using System.Net.Sockets;
using Breeze.WebRtc.Dtls;

namespace Breeze.WebRtc.Turn;

/// <summary>A socket connected to the server, so that nobody else's datagrams arrive in it.</summary>
sealed class TurnUdpLink : ITurnLink
{
    const int BufferSize = 4096;
    const int SocketBuffer = 1 << 20;
    const int MaxErrorsInARow = 20;

    readonly Socket _socket;
    readonly CancellationTokenSource _closing = new();
    Task _receiving = Task.CompletedTask;
    int _disposed;

    public TurnUdpLink(IPEndPoint server)
    {
        Server = server;
        _socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = SocketBuffer, SendBufferSize = SocketBuffer };
        try
        {
            _socket.Connect(server);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public IPEndPoint Server { get; }
    public IPAddress Local => (_socket.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
    public bool IsStream => false;

    public void Send(ReadOnlySpan<byte> message)
    {
        try
        {
            _socket.Send(message);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Lost, as datagrams may be.
        }
    }

    public void Start(DatagramHandler received, Action ended) => _receiving = Task.Run(async () =>
    {
        var buffer = GC.AllocateArray<byte>(BufferSize, pinned: true);
        for (var errors = 0; errors < MaxErrorsInARow && !_closing.IsCancellationRequested;)
        {
            try
            {
                var length = await _socket.ReceiveAsync(buffer.AsMemory(), _closing.Token);
                errors = 0;
                received(buffer.AsSpan(0, length));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
            catch (Exception)
            {
                errors++;
            }
        }
        ended();
    });

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
