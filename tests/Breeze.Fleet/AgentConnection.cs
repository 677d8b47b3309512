using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Breeze.Fleet;

/// <summary>
/// One connection that is kept alive and opened again when it has ended. Written by hand, since a hundred thousand agents beside the server that they measure
/// must not take its cores: an HttpClient costs several times as much, and reuses few connections where real agents have one each.
/// </summary>
sealed class AgentConnection(FleetServer server) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    Socket? _socket;
    Stream? _stream;

    /// <exception cref="IOException">The connection broke; also a SocketException or AuthenticationException where there was none.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public async Task<AgentAnswer> SendAsync(string method, string path, string token, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var stream = await OpenAsync(limit.Token);
            await WriteAsync(stream, method, path, token, body, limit.Token);
            var (answer, staysOpen) = await AnswerReader.ReadAsync(stream, limit.Token);
            if (!staysOpen)
            {
                Close();
            }
            return answer;
        }
        catch (Exception e)
        {
            Close();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("No answer came in time.", e);
            }
            throw;
        }
    }

    public void Dispose() => Close();

    async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        // Readable while nothing was asked means that the server has closed it.
        if (_stream is not null && !_socket!.Poll(0, SelectMode.SelectRead))
        {
            return _stream;
        }
        Close();
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _socket.ConnectAsync(server.Address.Host, server.Address.Port, cancellationToken);
        Stream stream = new NetworkStream(_socket, ownsSocket: true);
        if (server.Tls is not null)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(server.Tls, cancellationToken);
            stream = tls;
        }
        return _stream = stream;
    }

    async Task WriteAsync(Stream stream, string method, string path, string token, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var head = $"{method} {server.BasePath}/{path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\nAuthorization: Bearer {token}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        var request = ArrayPool<byte>.Shared.Rent(head.Length + body.Length);
        try
        {
            var length = Encoding.ASCII.GetBytes(head, request);
            body.CopyTo(request.AsMemory(length));
            await stream.WriteAsync(request.AsMemory(0, length + body.Length), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(request);
        }
    }

    void Close()
    {
        _stream?.Dispose();
        _socket?.Dispose();
        _stream = null;
        _socket = null;
    }
}
