namespace Breeze.WebRtc.Sctp.Control;

/// <summary>Repeats a control chunk until it is answered, at growing intervals: T1 and T2 of RFC 9260, the one of RFC 6525.</summary>
sealed class RetryTimer
{
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Expirations since the start.</summary>
    public int Expired { get; private set; }

    public void Start(TimeSpan now, TimeSpan interval)
    {
        Expired = 0;
        Due = now + interval;
    }

    public void Stop() => Due = TimeSpan.MaxValue;

    /// <summary>Whether it has just expired; it runs on with the interval that is asked for by the number of expirations.</summary>
    public bool HasExpired(TimeSpan now, Func<int, TimeSpan> interval)
    {
        if (now < Due)
        {
            return false;
        }
        Due = now + interval(++Expired);
        return true;
    }
}
