using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Breeze.Fleet;

/// <summary>Reads one HTTP/1.1 answer: as much of the protocol as servers use towards agents.</summary>
static class AnswerReader
{
    const int MaximumLength = 4 << 20;

    /// <summary>Answers it, and whether the connection may be used again.</summary>
    /// <exception cref="IOException">The connection has ended, or what came is no answer.</exception>
    public static async Task<(AgentAnswer Answer, bool StaysOpen)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(2048);
        try
        {
            var length = 0;
            var head = -1;
            AnswerHead fields = default;
            while (true)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }
                var received = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (received == 0)
                {
                    throw new IOException("The server has closed the connection.");
                }
                length += received;
                if (head < 0)
                {
                    head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                    if (head < 0)
                    {
                        continue;
                    }
                    fields = AnswerHead.Of(buffer.AsSpan(0, head));
                }
                if (BodyOf(fields, buffer.AsSpan(head + 4, length - head - 4)) is { } body)
                {
                    return (new AgentAnswer(fields.Status, fields.RetryAfter, body), !fields.Closes);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static byte[] Grow(byte[] buffer)
    {
        if (buffer.Length >= MaximumLength)
        {
            throw new IOException("The answer is too long.");
        }
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Null when it has not come to its end.</summary>
    static byte[]? BodyOf(AnswerHead head, ReadOnlySpan<byte> rest)
    {
        if (!head.IsChunked)
        {
            return rest.Length >= head.Length ? rest[..head.Length].ToArray() : null;
        }
        if (!rest.EndsWith("0\r\n\r\n"u8))
        {
            return null;
        }
        var body = new ArrayBufferWriter<byte>(rest.Length);
        while (Utf8Parser.TryParse(rest, out int size, out var digits, 'x') && size > 0 && rest.Length >= digits + 4 + size)
        {
            body.Write(rest.Slice(digits + 2, size));
            rest = rest[(digits + 4 + size)..];
        }
        return body.WrittenSpan.ToArray();
    }

    /// <summary>What an answer's head says that matters here.</summary>
    readonly record struct AnswerHead(int Status, int Length, bool IsChunked, bool Closes, TimeSpan? RetryAfter)
    {
        public static AnswerHead Of(ReadOnlySpan<byte> head)
        {
            if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out _))
            {
                throw new IOException("What answers is no HTTP server.");
            }
            var (length, chunked, closes, retry) = (0, false, false, (TimeSpan?)null);
            foreach (var range in head.Split("\r\n"u8))
            {
                var line = head[range];
                if (ValueOf(line, "Content-Length"u8) is { IsEmpty: false } size)
                {
                    length = Utf8Parser.TryParse(size, out int number, out _) ? number : 0;
                }
                else if (ValueOf(line, "Retry-After"u8) is { IsEmpty: false } wait && Utf8Parser.TryParse(wait, out int seconds, out _))
                {
                    retry = TimeSpan.FromSeconds(seconds);
                }
                else if (ValueOf(line, "Transfer-Encoding"u8) is { IsEmpty: false })
                {
                    chunked = true;
                }
                else if (ValueOf(line, "Connection"u8) is { IsEmpty: false } connection)
                {
                    closes = Ascii.EqualsIgnoreCase(connection, "close"u8);
                }
            }
            return new(status, length, chunked, closes, retry);
        }

        static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
            line.Length > name.Length && line[name.Length] == ':' && Ascii.EqualsIgnoreCase(line[..name.Length], name) ? line[(name.Length + 1)..].Trim((byte)' ') : default;
    }
}
