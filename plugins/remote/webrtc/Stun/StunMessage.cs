using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Breeze.WebRtc.Stun;

/// <summary>
/// A received message (RFC 8489). Attributes behind MESSAGE-INTEGRITY are not seen, FINGERPRINT excepted: nothing vouches for them.
/// </summary>
sealed class StunMessage
{
    public const int HeaderLength = 20;
    public const uint Cookie = 0x2112A442;
    const int MaxAttributes = 64;
    const int IntegrityLength = 20;

    readonly byte[] _bytes;
    readonly List<(StunAttribute Type, int Offset, int Length)> _attributes = [];
    int _integrityAt = -1;
    int _fingerprintAt = -1;

    StunMessage(byte[] bytes) => _bytes = bytes;

    public StunClass Class { get; private init; }
    public StunMethod Method { get; private init; }
    public StunTransactionId Id { get; private init; }
    public bool HasIntegrity => _integrityAt >= 0;

    /// <summary>Whether it could be one at all: what tells STUN from what shares its port.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= HeaderLength && datagram[0] < 4 && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == Cookie;

    public static bool TryParse(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out StunMessage? message)
    {
        message = null;
        if (!LooksLike(datagram))
        {
            return false;
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length % 4 != 0 || length + HeaderLength != datagram.Length)
        {
            return false;
        }
        var type = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        var parsed = new StunMessage(datagram.ToArray())
        {
            Class = (StunClass)(type & 0x0110),
            Method = (StunMethod)((type & 0x000F) | ((type & 0x00E0) >> 1) | ((type & 0x3E00) >> 2)),
            Id = StunTransactionId.Read(datagram[8..]),
        };
        message = parsed.ReadAttributes() ? parsed : null;
        return message is not null;
    }

    bool ReadAttributes()
    {
        var offset = HeaderLength;
        while (offset < _bytes.Length)
        {
            if (_bytes.Length - offset < 4)
            {
                return false;
            }
            var type = (StunAttribute)BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(offset));
            int length = BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(offset + 2));
            var next = offset + 4 + ((length + 3) & ~3);
            // Nothing may follow the fingerprint: its sum covers all before it.
            if (next > _bytes.Length || _fingerprintAt >= 0 || _attributes.Count >= MaxAttributes)
            {
                return false;
            }
            if (type == StunAttribute.Fingerprint)
            {
                if (length != 4)
                {
                    return false;
                }
                _fingerprintAt = offset;
            }
            else if (type == StunAttribute.MessageIntegrity && _integrityAt < 0)
            {
                if (length != IntegrityLength)
                {
                    return false;
                }
                _integrityAt = offset;
            }
            else if (_integrityAt < 0)
            {
                _attributes.Add((type, offset + 4, length));
            }
            offset = next;
        }
        return true;
    }

    public bool Has(StunAttribute type) => _attributes.Exists(a => a.Type == type);

    /// <summary>The value of the first attribute of a type; an empty span when there is none.</summary>
    public ReadOnlySpan<byte> Get(StunAttribute type)
    {
        foreach (var (t, offset, length) in _attributes)
        {
            if (t == type)
            {
                return _bytes.AsSpan(offset, length);
            }
        }
        return default;
    }

    public string? Text(StunAttribute type, int max) =>
        Has(type) && Get(type) is var value && value.Length <= max ? Encoding.UTF8.GetString(value) : null;

    public uint? UInt32(StunAttribute type) => Get(type) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : null;

    public ulong? UInt64(StunAttribute type) => Get(type) is { Length: 8 } value ? BinaryPrimitives.ReadUInt64BigEndian(value) : null;

    public IPEndPoint? Address(StunAttribute type) =>
        StunAddress.Read(Get(type), type is StunAttribute.MappedAddress or StunAttribute.AlternateServer ? null : Id);

    /// <summary>What a Binding response says of where the request came from.</summary>
    public IPEndPoint? Mapped => Address(StunAttribute.XorMappedAddress) ?? Address(StunAttribute.MappedAddress);

    /// <summary>300 to 699; null when the message carries no proper error.</summary>
    public int? Error
    {
        get
        {
            var value = Get(StunAttribute.ErrorCode);
            return value.Length >= 4 && (value[2] & 7) is >= 3 and <= 6 && value[3] < 100 ? ((value[2] & 7) * 100) + value[3] : null;
        }
    }

    /// <summary>What this side must understand and does not.</summary>
    public IEnumerable<ushort> Unknown => _attributes.Select(a => (ushort)a.Type).Where(t => t < 0x8000 && !Enum.IsDefined((StunAttribute)t)).Distinct();

    public bool HasFingerprint =>
        _fingerprintAt >= 0 && BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(_fingerprintAt + 4)) == StunCrc32.Fingerprint(_bytes.AsSpan(0, _fingerprintAt));

    public bool IsSignedWith(byte[] key)
    {
        if (_integrityAt < 0)
        {
            return false;
        }
        // The sum is over the message as it would be if it ended with this attribute.
        var covered = _bytes.AsSpan(0, _integrityAt).ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(covered.AsSpan(2), (ushort)(_integrityAt + 4 + IntegrityLength - HeaderLength));
        Span<byte> sum = stackalloc byte[IntegrityLength];
        StunKey.Sign(key, covered, sum);
        return CryptographicOperations.FixedTimeEquals(sum, _bytes.AsSpan(_integrityAt + 4, IntegrityLength));
    }
}
