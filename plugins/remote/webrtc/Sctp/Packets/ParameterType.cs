namespace Breeze.WebRtc.Sctp.Packets;

static class ParameterType
{
    public const ushort HeartbeatInfo = 1;
    public const ushort IPv4Address = 5;
    public const ushort IPv6Address = 6;
    public const ushort StateCookie = 7;
    public const ushort UnrecognizedParameter = 8;
    public const ushort CookiePreservative = 9;
    public const ushort SupportedAddressTypes = 12;
    public const ushort OutgoingReset = 13;
    public const ushort IncomingReset = 14;
    public const ushort TsnReset = 15;
    public const ushort ResetResponse = 16;
    public const ushort AddOutgoingStreams = 17;
    public const ushort AddIncomingStreams = 18;
    public const ushort SupportedExtensions = 0x8008;
    public const ushort ForwardTsnSupported = 0xC000;
}

static class ErrorCause
{
    public const ushort StaleCookie = 3;
    public const ushort UnrecognizedChunk = 6;
    public const ushort NoUserData = 9;
    public const ushort UserInitiatedAbort = 12;
    public const ushort ProtocolViolation = 13;
}
