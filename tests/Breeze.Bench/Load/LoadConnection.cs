using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Breeze.Bench.Load;

/// <summary>One kept-alive connection that reads just enough of an answer to know where it ends and whether it was a success.</summary>
sealed class LoadConnection : IDisposable
{
    readonly Stream _stream;
    readonly byte[][] _requests;
    readonly byte[] _buffer = new byte[8192];
    int _next;

    LoadConnection(Stream stream, byte[][] requests)
    {
        _stream = stream;
        _requests = requests;
    }

    /// <param name="server">The server.</param>
    /// <param name="requests">What it sends in turn.</param>
    /// <param name="tls">Null for plain HTTP.</param>
    public static async Task<LoadConnection> OpenAsync(IPEndPoint server, byte[][] requests, SslClientAuthenticationOptions? tls = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls is not null)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsClientAsync(tls);
            stream = secure;
        }

        return new LoadConnection(stream, requests);
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Sends one request; answers whether it was a success.</summary>
    public async Task<bool> SendAsync()
    {
        await _stream.WriteAsync(_requests[_next++ % _requests.Length]);
        return await ReadAnswerAsync();
    }

    public async Task<(List<double> Latencies, int Failures)> RunAsync(long end)
    {
        var latencies = new List<double>(4096);
        var failures = 0;
        if (_requests.Length == 0)
        {
            return (latencies, failures);
        }

        for (var now = Stopwatch.GetTimestamp(); now < end;)
        {
            failures += await SendAsync() ? 0 : 1;
            var then = Stopwatch.GetTimestamp();
            latencies.Add((then - now) * 1000.0 / Stopwatch.Frequency);
            now = then;
        }

        return (latencies, failures);
    }

    async ValueTask<bool> ReadAnswerAsync()
    {
        var length = 0;
        while (true)
        {
            var received = await _stream.ReadAsync(_buffer.AsMemory(length));
            if (received == 0)
            {
                throw new InvalidOperationException("The server has closed a connection.");
            }

            length += received;
            var text = _buffer.AsSpan(0, length);
            var head = text.IndexOf("\r\n\r\n"u8);
            if (head < 0)
            {
                continue;
            }

            var isSuccess = text.StartsWith("HTTP/1.1 200"u8);
            var field = text.IndexOf("Content-Length: "u8);
            if (field < 0 || field > head)
            {
                if (text.EndsWith("0\r\n\r\n"u8))
                {
                    return isSuccess;
                }
            }
            else if (Utf8Parser.TryParse(text[(field + 16)..], out int body, out _) && length >= head + 4 + body)
            {
                return isSuccess;
            }
        }
    }
}
