using System.Buffers.Binary;

namespace Breeze.WebRtc.Sctp.Packets;

/// <summary>Walks over the parameters of a chunk: type, length, value, padding.</summary>
ref struct ParameterReader(ReadOnlySpan<byte> parameters)
{
    ReadOnlySpan<byte> rest = parameters;

    public bool TryNext(out ushort type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (rest.Length < 4)
        {
            return false;
        }
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length < 4 || length > rest.Length)
        {
            rest = default;
            return false;
        }
        type = BinaryPrimitives.ReadUInt16BigEndian(rest);
        value = rest[4..length];
        rest = rest[Math.Min((length + 3) & ~3, rest.Length)..];
        return true;
    }
}
