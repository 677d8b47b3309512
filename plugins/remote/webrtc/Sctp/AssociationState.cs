namespace Breeze.WebRtc.Sctp;

/// <summary>The states of RFC 9260, 4.</summary>
enum AssociationState
{
    CookieWait,
    CookieEchoed,
    Established,
    ShutdownPending,
    ShutdownSent,
    ShutdownReceived,
    ShutdownAckSent,
    Closed,
}
