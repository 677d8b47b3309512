using System.Buffers;
using System.Text;

namespace Breeze.Agent.Commands;

/// <summary>The beginning of an output stream, and how long it was in all.</summary>
sealed class CapturedStream
{
    public const int MaximumBytes = 1 << 20;

    readonly ArrayBufferWriter<byte> _kept = new();
    long _total;

    public void Write(ReadOnlySpan<byte> utf8)
    {
        _total += utf8.Length;
        var room = MaximumBytes - _kept.WrittenCount;
        _kept.Write(utf8[..Math.Min(room, utf8.Length)]);
    }

    public override string ToString()
    {
        var bytes = _kept.WrittenSpan;
        if (_total == bytes.Length)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        // Not through the middle of a character.
        var end = bytes.Length;
        for (var back = 1; back <= 3 && back < end; back++)
        {
            if ((bytes[^back] & 0xC0) == 0x80)
            {
                continue;
            }

            if (bytes[^back] >= 0xC0)
            {
                end -= back;
            }

            break;
        }

        return Encoding.UTF8.GetString(bytes[..end]) + $"\n[Output truncated: the first 1 MiB of {_total} bytes is kept.]\n";
    }
}
