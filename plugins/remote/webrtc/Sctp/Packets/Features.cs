namespace Breeze.WebRtc.Sctp.Packets;

/// <summary>Extensions of SCTP that both sides must know before one may be used.</summary>
[Flags]
enum Features : byte
{
    None = 0,
    PartialReliability = 1,
    StreamReset = 2,
    Interleaving = 4,
    All = PartialReliability | StreamReset | Interleaving,
}

/// <summary>The list of chunk types in which a side says which extensions it knows (RFC 5061, 4.2.7).</summary>
static class FeatureList
{
    public const int MaxSize = 4;

    public static Features Read(ReadOnlySpan<byte> types)
    {
        var features = Features.None;
        foreach (var type in types)
        {
            features |= (ChunkType)type switch
            {
                ChunkType.ForwardTsn => Features.PartialReliability,
                ChunkType.Reconfig => Features.StreamReset,
                ChunkType.IData => Features.Interleaving,
                _ => Features.None,
            };
        }
        return features;
    }

    public static int Write(Features features, Span<byte> target)
    {
        var count = 0;
        if (features.HasFlag(Features.StreamReset))
        {
            target[count++] = (byte)ChunkType.Reconfig;
        }
        if (features.HasFlag(Features.PartialReliability))
        {
            target[count++] = (byte)ChunkType.ForwardTsn;
        }
        if (features.HasFlag(Features.Interleaving))
        {
            target[count++] = (byte)ChunkType.IData;
            target[count++] = (byte)ChunkType.IForwardTsn;
        }
        return count;
    }
}
