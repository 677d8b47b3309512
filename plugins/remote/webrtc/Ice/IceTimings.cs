namespace Breeze.WebRtc.Ice;

/// <summary>The clocks of ICE.</summary>
sealed record IceTimings
{
    /// <summary>Between two new checks (RFC 8445 calls it Ta).</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>To the second sending of a check; then twice that, and so on.</summary>
    public TimeSpan FirstRetransmission { get; init; } = TimeSpan.FromMilliseconds(500);
    public TimeSpan LongestRetransmission { get; init; } = TimeSpan.FromSeconds(2);
    public int Transmissions { get; init; } = 7;

    /// <summary>Between two checks of the pair in use: consent (RFC 7675), keepalive and measure of the round trip in one.</summary>
    public TimeSpan Consent { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>Silence after which the pair in use counts as disturbed and the others are tried again.</summary>
    public TimeSpan DisconnectedAfter { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Silence after which nothing may be sent any more (RFC 7675), and time to find a first pair.</summary>
    public TimeSpan FailedAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a good pair waits for a better one before it is nominated.</summary>
    public TimeSpan WaitForBetter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The same for a relayed pair, which is slower for as long as it lives.</summary>
    public TimeSpan WaitForDirect { get; init; } = TimeSpan.FromMilliseconds(500);
}
