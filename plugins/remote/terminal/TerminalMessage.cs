using System.Buffers.Binary;
using System.Text.Json;

namespace Breeze.Remote.Terminal;

/// <summary>The messages of a terminal's session: one byte that says what it is, and its content.</summary>
static class TerminalMessage
{
    /// <summary>Both ways: bytes of the terminal, cut anywhere.</summary>
    public const byte Data = 0;

    /// <summary>From the browser: columns and rows, 16 bits each, big-endian.</summary>
    public const byte Resize = 1;

    /// <summary>To the browser, first, and in answer to <see cref="Attach"/>: JSON.</summary>
    public const byte Info = 2;

    /// <summary>To the browser, once and last: the shell's exit code, 32 bits, big-endian.</summary>
    public const byte Exited = 3;

    /// <summary>From the browser: a page that has nothing of it yet looks on; it gets the information again, and what was shown last.</summary>
    public const byte Attach = 4;

    public static TerminalSize? SizeOf(ReadOnlySpan<byte> message) =>
        message is [Resize, _, _, _, _]
        && new TerminalSize(BinaryPrimitives.ReadUInt16BigEndian(message[1..]), BinaryPrimitives.ReadUInt16BigEndian(message[3..])) is { IsValid: true } size
            ? size
            : null;

    public static byte[] InfoOf(TerminalInfo info) => [Info, .. JsonSerializer.SerializeToUtf8Bytes(info, TerminalJson.Default.TerminalInfo)];

    public static byte[] ExitedWith(int code)
    {
        var message = new byte[5];
        message[0] = Exited;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), code);
        return message;
    }
}
