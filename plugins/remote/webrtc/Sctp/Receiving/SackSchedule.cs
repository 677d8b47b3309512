namespace Breeze.WebRtc.Sctp.Receiving;

/// <summary>When to acknowledge: every second packet, after a while otherwise, at once when the peer should know (RFC 9260, 6.2).</summary>
sealed class SackSchedule
{
    static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(40);

    int packets;

    public bool IsDue { get; private set; }
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    public void AtOnce() => IsDue = true;

    public void OnDataPacket(TimeSpan now)
    {
        if (++packets >= 2)
        {
            IsDue = true;
        }
        else
        {
            Due = now + Delay;
        }
    }

    public void OnTime(TimeSpan now) => IsDue |= now >= Due;

    public void OnSent()
    {
        packets = 0;
        IsDue = false;
        Due = TimeSpan.MaxValue;
    }
}
