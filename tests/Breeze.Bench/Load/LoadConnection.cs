using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Breeze.Bench.Load;

/// <summary>One kept-alive connection that reads just enough of an answer to know where it ends and whether it was a success.</summary>
sealed class LoadConnection
{
    readonly Socket _socket;
    readonly byte[][] _requests;
    readonly byte[] _buffer = new byte[8192];
    int _next;

    LoadConnection(Socket socket, byte[][] requests)
    {
        _socket = socket;
        _requests = requests;
    }

    public static async Task<LoadConnection> OpenAsync(IPEndPoint server, byte[][] requests)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        return new LoadConnection(socket, requests);
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
            await _socket.SendAsync(_requests[_next++ % _requests.Length]);
            failures += await ReadAnswerAsync() ? 0 : 1;
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
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(length));
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
