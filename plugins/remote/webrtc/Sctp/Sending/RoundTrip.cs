namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>The round trip time and the retransmission timeout (RFC 9260, 6.3.1).</summary>
sealed class RoundTrip(SctpOptions options)
{
    /// <summary>How long the shortest round trip is remembered: the path may have changed since.</summary>
    static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    TimeSpan smoothed, variation, memoryBegan;
    TimeSpan shortest = TimeSpan.MaxValue, shortestBefore = TimeSpan.MaxValue;

    public bool IsKnown { get; private set; }
    public TimeSpan Smoothed => smoothed;
    public TimeSpan Latest { get; private set; }
    public TimeSpan Min => shortest < shortestBefore ? shortest : shortestBefore;
    public TimeSpan Timeout { get; private set; } = options.InitialTimeout;

    public void Add(TimeSpan sample, TimeSpan now)
    {
        sample = sample < TimeSpan.Zero ? TimeSpan.Zero : sample;
        Latest = sample;
        if (now - memoryBegan > Memory)
        {
            (shortestBefore, shortest, memoryBegan) = (shortest, sample, now);
        }
        shortest = sample < shortest ? sample : shortest;
        if (IsKnown)
        {
            variation = variation * 0.75 + (smoothed - sample).Duration() * 0.25;
            smoothed = smoothed * 0.875 + sample * 0.125;
        }
        else
        {
            smoothed = sample;
            variation = sample / 2;
            IsKnown = true;
        }
        Timeout = Clamp(smoothed + variation * 4);
    }

    /// <summary>The timeout after that many expired in a row.</summary>
    public TimeSpan Backoff(int expired) => Clamp(Timeout * Math.Pow(2, Math.Min(expired, 16)));

    TimeSpan Clamp(TimeSpan timeout) =>
        timeout < options.MinTimeout ? options.MinTimeout : timeout > options.MaxTimeout ? options.MaxTimeout : timeout;
}
