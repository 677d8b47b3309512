using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Breeze.Remote.Files.Wire;

/// <summary>The messages of a session: one byte that says what it is, and its content.</summary>
static class FileMessage
{
    /// <summary>A request, an answer or an event.</summary>
    public const byte Json = 1;

    /// <summary>A piece of a transfer: its number, 32 bits, where it belongs, 64 bits, both big-endian, and the bytes.</summary>
    public const byte Chunk = 2;

    public const int ChunkHead = 13;

    public static byte[] Of<T>(T value, JsonTypeInfo<T> type) => [Json, .. JsonSerializer.SerializeToUtf8Bytes(value, type)];

    public static void WriteHead(Span<byte> message, uint id, long offset)
    {
        message[0] = Chunk;
        BinaryPrimitives.WriteUInt32BigEndian(message[1..], id);
        BinaryPrimitives.WriteUInt64BigEndian(message[5..], (ulong)offset);
    }

    /// <summary>Null when it is no request that can be answered.</summary>
    public static FilesRequest? RequestOf(ReadOnlySpan<byte> message)
    {
        try
        {
            return JsonSerializer.Deserialize(message[1..], FilesJson.Lean.FilesRequest) is { Id: > 0, Op: not null } request ? request : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
