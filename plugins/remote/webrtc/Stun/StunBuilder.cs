using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Breeze.WebRtc.Stun;

/// <summary>Writes a message. <see cref="Sign"/> and <see cref="Fingerprint"/> come last, in this order.</summary>
sealed class StunBuilder
{
    byte[] _bytes = new byte[256];
    int _length = StunMessage.HeaderLength;

    public StunBuilder(StunClass @class, StunMethod method, StunTransactionId id)
    {
        Id = id;
        var m = (ushort)method;
        BinaryPrimitives.WriteUInt16BigEndian(_bytes, (ushort)((ushort)@class | (m & 0x0F) | ((m & 0x70) << 1) | ((m & 0xF80) << 2)));
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(4), StunMessage.Cookie);
        id.Write(_bytes.AsSpan(8));
    }

    public StunTransactionId Id { get; }

    public StunBuilder Add(StunAttribute type, ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(type, value.Length));
        return this;
    }

    public StunBuilder Add(StunAttribute type) => Add(type, []);

    public StunBuilder Add(StunAttribute type, string text) => Add(type, Encoding.UTF8.GetBytes(text));

    public StunBuilder Add(StunAttribute type, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Reserve(type, 4), value);
        return this;
    }

    public StunBuilder Add(StunAttribute type, ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Reserve(type, 8), value);
        return this;
    }

    public StunBuilder Add(StunAttribute type, IPEndPoint endPoint)
    {
        Span<byte> value = stackalloc byte[20];
        var plain = type is StunAttribute.MappedAddress or StunAttribute.AlternateServer;
        return Add(type, value[..StunAddress.Write(value, endPoint, plain ? null : Id)]);
    }

    public StunBuilder AddError(int code, string reason)
    {
        var text = Encoding.UTF8.GetBytes(reason);
        var value = Reserve(StunAttribute.ErrorCode, 4 + text.Length);
        value[2] = (byte)(code / 100);
        value[3] = (byte)(code % 100);
        text.CopyTo(value[4..]);
        return this;
    }

    public StunBuilder Sign(byte[] key)
    {
        var covered = _length;
        var value = Reserve(StunAttribute.MessageIntegrity, 20);
        WriteLength();
        StunKey.Sign(key, _bytes.AsSpan(0, covered), value);
        return this;
    }

    public StunBuilder Fingerprint()
    {
        var covered = _length;
        var value = Reserve(StunAttribute.Fingerprint, 4);
        WriteLength();
        BinaryPrimitives.WriteUInt32BigEndian(value, StunCrc32.Fingerprint(_bytes.AsSpan(0, covered)));
        return this;
    }

    public byte[] Build()
    {
        WriteLength();
        return _bytes[.._length];
    }

    void WriteLength() => BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(2), (ushort)(_length - StunMessage.HeaderLength));

    Span<byte> Reserve(StunAttribute type, int length)
    {
        var padded = (length + 3) & ~3;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_length + 4 + padded, ushort.MaxValue, nameof(length));
        if (_length + 4 + padded > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + 4 + padded));
        }
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(_length), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(_length + 2), (ushort)length);
        var value = _bytes.AsSpan(_length + 4, length);
        _length += 4 + padded;
        return value;
    }
}
