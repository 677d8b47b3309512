using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using Breeze.WebRtc.Dtls;

namespace Breeze.WebRtc.Turn;

/// <summary>TCP or TLS to the server. What cannot be sent in time is dropped, as the layers above expect of a network.</summary>
sealed class TurnStreamLink : ITurnLink
{
    const int MaxQueued = 256;
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    readonly Stream _stream;
    readonly Socket _socket;
    readonly Channel<byte[]> _outgoing = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MaxQueued) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    readonly CancellationTokenSource _closing = new();
    readonly Task _sending;
    Task _receiving = Task.CompletedTask;
    int _disposed;

    TurnStreamLink(Socket socket, Stream stream, IPEndPoint server)
    {
        _socket = socket;
        _stream = stream;
        Server = server;
        Local = (socket.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        _sending = Task.Run(SendAllAsync);
    }

    public IPEndPoint Server { get; }
    public IPAddress Local { get; }
    public bool IsStream => true;

    /// <summary>Throws what sockets and TLS throw.</summary>
    public static async Task<TurnStreamLink> ConnectAsync(
        IPEndPoint server, string? tlsHost, RemoteCertificateValidationCallback? trust, CancellationToken cancellationToken)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (tlsHost is not null)
            {
                var tls = new SslStream(stream, leaveInnerStreamOpen: false, trust);
                stream = tls;
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = tlsHost, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 }, cancellationToken);
            }
            return new(socket, stream, server);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Send(ReadOnlySpan<byte> message)
    {
        // Over a stream, frames of channels are filled up to words (RFC 8656, 12.5); STUN messages are whole words anyway.
        var padded = new byte[(message.Length + 3) & ~3];
        message.CopyTo(padded);
        _outgoing.Writer.TryWrite(padded);
    }

    async Task SendAllAsync()
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(_closing.Token))
            {
                await _stream.WriteAsync(message, _closing.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            _outgoing.Writer.TryComplete();
        }
    }

    public void Start(DatagramHandler received, Action ended) => _receiving = Task.Run(async () =>
    {
        var framing = new TurnFraming();
        try
        {
            while (await _stream.ReadAsync(framing.Free, _closing.Token) is > 0 and var read && framing.Take(read, received))
            {
                // The framing hands out what is whole.
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The end, as any other.
        }
        ended();
    });

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        _outgoing.Writer.TryComplete();
        await Task.WhenAny(_sending, Task.Delay(Farewell));
        await _closing.CancelAsync();
        _socket.Dispose();
        await Task.WhenAll(_sending, _receiving);
        await _stream.DisposeAsync();
        _closing.Dispose();
    }
}
