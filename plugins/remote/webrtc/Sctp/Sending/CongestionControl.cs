namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>How much may be on its way (RFC 9260, 7.2): slow start, congestion avoidance, fast recovery.</summary>
sealed class CongestionControl(int packetSize)
{
    const int InitialPackets = 10;
    const int MinPackets = 4;
    const int MaxWindow = 8 * 1024 * 1024;

    /// <summary>
    /// A queue on the way that takes this long is long enough: a larger window would only make everything wait longer, also what is urgent.
    /// </summary>
    static readonly TimeSpan LongQueue = TimeSpan.FromMilliseconds(100);
    const int LeastWithQueue = 32;

    readonly SlowStartExit exit = new();
    long acknowledgedInAvoidance;
    uint recoveryEnd;

    public long Window { get; private set; } = InitialPackets * packetSize;
    public long Threshold { get; private set; } = long.MaxValue;
    public bool InRecovery { get; private set; }

    /// <summary>The packet that begins a recovery leaves whatever the window says.</summary>
    public bool HasFreePacket { get; set; }

    /// <param name="bytes">Bytes acknowledged by this SACK for the first time.</param>
    /// <param name="wasLimited">Whether the window, not the application, was what held the sender back.</param>
    /// <param name="queueing">What the round trip takes beyond its shortest.</param>
    public void OnAcknowledged(long bytes, uint cumulative, bool wasLimited, TimeSpan queueing)
    {
        if (InRecovery && Serial.LessOrEqual(recoveryEnd, cumulative))
        {
            InRecovery = false;
        }
        if (InRecovery || bytes == 0 || !wasLimited || queueing > LongQueue && Window > LeastWithQueue * packetSize)
        {
            return;
        }
        if (Window <= Threshold)
        {
            Window += Math.Min(bytes, 2 * packetSize);
        }
        else
        {
            acknowledgedInAvoidance += bytes;
            if (acknowledgedInAvoidance >= Window)
            {
                acknowledgedInAvoidance -= Window;
                Window += packetSize;
            }
        }
        Window = Math.Min(Window, MaxWindow);
    }

    public void OnRoundTrip(TimeSpan sample, uint cumulative, uint lastSent)
    {
        if (Window < Threshold && exit.OnSample(sample, cumulative, lastSent))
        {
            Threshold = Window;
        }
    }

    /// <summary>Packets were lost while others arrived; one reaction per round trip.</summary>
    public void OnLoss(uint lastSent)
    {
        if (InRecovery)
        {
            return;
        }
        Threshold = Math.Max(Window / 2, MinPackets * packetSize);
        Window = Threshold;
        acknowledgedInAvoidance = 0;
        InRecovery = true;
        HasFreePacket = true;
        recoveryEnd = lastSent;
    }

    /// <summary>Nothing was sent for so many timeouts: what the path can take is not known so well any more (RFC 9260, 7.2.1).</summary>
    public void OnIdle(double timeouts)
    {
        for (var i = 1; i <= timeouts && Window > InitialPackets * packetSize; i++)
        {
            Window = Math.Max(Window / 2, InitialPackets * packetSize);
        }
    }

    /// <summary>Nothing arrived at all.</summary>
    public void OnTimeout()
    {
        Threshold = Math.Max(Window / 2, MinPackets * packetSize);
        Window = packetSize;
        acknowledgedInAvoidance = 0;
        InRecovery = false;
        HasFreePacket = false;
    }
}
