namespace Breeze.WebRtc.Sctp.Packets;

enum ChunkType : byte
{
    Data = 0,
    Init = 1,
    InitAck = 2,
    Sack = 3,
    Heartbeat = 4,
    HeartbeatAck = 5,
    Abort = 6,
    Shutdown = 7,
    ShutdownAck = 8,
    Error = 9,
    CookieEcho = 10,
    CookieAck = 11,
    ShutdownComplete = 14,

    /// <summary>RFC 8260: data whose messages may be interleaved.</summary>
    IData = 64,

    /// <summary>RFC 6525.</summary>
    Reconfig = 130,

    /// <summary>RFC 3758.</summary>
    ForwardTsn = 192,

    /// <summary>RFC 8260: what <see cref="ForwardTsn"/> is to <see cref="Data"/>.</summary>
    IForwardTsn = 194,
}

static class ChunkFlags
{
    /// <summary>DATA: the last fragment, the first one, unordered, and "acknowledge at once" (RFC 7053).</summary>
    public const byte Last = 1, First = 2, Unordered = 4, Immediate = 8;

    /// <summary>ABORT and SHUTDOWN COMPLETE: the tag is the receiver's own, sent back.</summary>
    public const byte TagReflected = 1;
}
