using System.Buffers.Binary;

namespace Breeze.WebRtc.Sctp.Packets;

/// <summary>What a side announces in INIT or INIT ACK (RFC 9260, 3.3.2).</summary>
/// <param name="Tag">The tag that packets to it carry.</param>
/// <param name="Window">Bytes that it takes before the first acknowledgement.</param>
/// <param name="OutboundStreams">Streams that it wants to send on.</param>
/// <param name="InboundStreams">Streams that it takes.</param>
/// <param name="Tsn">Its first transmission sequence number.</param>
/// <param name="Features">The extensions that it knows.</param>
readonly record struct InitChunk(uint Tag, uint Window, ushort OutboundStreams, ushort InboundStreams, uint Tsn, Features Features)
{
    public const int FixedSize = 16;

    /// <summary>
    /// Reads the chunk. <paramref name="cookie"/> is there in INIT ACK only; <paramref name="unknown"/> receives the parameters whose type
    /// asks to be reported, in the form of the chunk that reports them.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out InitChunk init, out ReadOnlySpan<byte> cookie, ref ParameterWriter unknown)
    {
        init = default;
        cookie = default;
        if (value.Length < FixedSize)
        {
            return false;
        }
        var features = Features.None;
        var parameters = new ParameterReader(value[FixedSize..]);
        while (parameters.TryNext(out var type, out var content))
        {
            switch (type)
            {
                case ParameterType.StateCookie:
                    cookie = content;
                    break;
                case ParameterType.ForwardTsnSupported:
                    features |= Features.PartialReliability;
                    break;
                case ParameterType.SupportedExtensions:
                    features |= FeatureList.Read(content);
                    break;
                case ParameterType.IPv4Address or ParameterType.IPv6Address or ParameterType.CookiePreservative or ParameterType.UnrecognizedParameter
                    or ParameterType.SupportedAddressTypes:
                    break;
                default:
                    if ((type & 0x4000) != 0 && unknown.TryAdd(ParameterType.UnrecognizedParameter, content.Length + 4, out var report))
                    {
                        BinaryPrimitives.WriteUInt16BigEndian(report, type);
                        BinaryPrimitives.WriteUInt16BigEndian(report[2..], (ushort)(content.Length + 4));
                        content.CopyTo(report[4..]);
                    }
                    if ((type & 0x8000) == 0)
                    {
                        parameters = default;
                    }
                    break;
            }
        }
        init = new InitChunk(BinaryPrimitives.ReadUInt32BigEndian(value), BinaryPrimitives.ReadUInt32BigEndian(value[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(value[8..]), BinaryPrimitives.ReadUInt16BigEndian(value[10..]),
            BinaryPrimitives.ReadUInt32BigEndian(value[12..]), features);
        return init is { Tag: not 0, OutboundStreams: not 0, InboundStreams: not 0 };
    }

    /// <summary>Writes the chunk's value without a cookie; returns its length.</summary>
    public int Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, Tag);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], Window);
        BinaryPrimitives.WriteUInt16BigEndian(target[8..], OutboundStreams);
        BinaryPrimitives.WriteUInt16BigEndian(target[10..], InboundStreams);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], Tsn);
        var parameters = new ParameterWriter(target[FixedSize..]);
        if (Features.HasFlag(Features.PartialReliability))
        {
            parameters.TryAdd(ParameterType.ForwardTsnSupported, []);
        }
        Span<byte> extensions = stackalloc byte[FeatureList.MaxSize];
        parameters.TryAdd(ParameterType.SupportedExtensions, extensions[..FeatureList.Write(Features, extensions)]);
        return FixedSize + parameters.Length;
    }
}
