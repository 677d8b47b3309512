namespace Breeze.WebRtc.Stun;

/// <summary>When a request is sent again (RFC 8489, 6.2.1): each time after twice as long, and the last one is waited for longest.</summary>
/// <param name="First">The time to the second sending.</param>
/// <param name="Count">How often it is sent in all.</param>
/// <param name="Last">The wait behind the last sending.</param>
sealed record StunRetransmission(TimeSpan First, int Count, TimeSpan Last)
{
    /// <summary>Over UDP to a server: about ten seconds, less than the standard's 39.5, because people wait.</summary>
    public static StunRetransmission Datagrams { get; } = new(TimeSpan.FromMilliseconds(500), 5, TimeSpan.FromSeconds(3));

    /// <summary>Over TCP, which repeats by itself.</summary>
    public static StunRetransmission Stream { get; } = new(TimeSpan.Zero, 1, TimeSpan.FromSeconds(10));

    public TimeSpan After(int sent) => sent >= Count ? Last : First * (1 << (sent - 1));
}
