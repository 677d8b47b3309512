using System.Buffers.Binary;
using System.Numerics;

namespace Breeze.Agent.Spool;

/// <summary>
/// The layout of a segment: records of length, CRC32C and content, one after the other. A crash can tear the last one; everything up to it
/// is good.
/// </summary>
static class RecordFile
{
    const int HeaderBytes = 8;
    const int MaximumBytes = 1 << 20;

    public static byte[] Frame(ReadOnlySpan<byte> content)
    {
        var record = new byte[HeaderBytes + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Checksum(content));
        content.CopyTo(record.AsSpan(HeaderBytes));
        return record;
    }

    /// <summary>Hands over every good record in order and returns where the good part ends.</summary>
    public static long Read(Stream stream, Action<ReadOnlyMemory<byte>> take)
    {
        var header = new byte[HeaderBytes];
        long end = 0;
        while (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length is <= 0 or > MaximumBytes)
            {
                break;
            }

            var content = new byte[length];
            if (stream.ReadAtLeast(content, length, throwOnEndOfStream: false) < length
                || BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)) != Checksum(content))
            {
                break;
            }

            take(content);
            end += HeaderBytes + length;
        }

        return end;
    }

    static uint Checksum(ReadOnlySpan<byte> content)
    {
        var crc = uint.MaxValue;
        while (content.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(content));
            content = content[sizeof(ulong)..];
        }

        foreach (var value in content)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
