namespace Breeze.Agent.Heartbeats;

/// <summary>A moment by the monotonic clock: unmoved when somebody sets the time.</summary>
readonly struct Deadline
{
    readonly TimeProvider _time;
    readonly long _from;
    readonly TimeSpan _after;

    Deadline(TimeProvider time, TimeSpan after)
    {
        _time = time;
        _from = time.GetTimestamp();
        _after = after;
    }

    /// <summary>What is left, not below zero; infinite when it never comes.</summary>
    public TimeSpan Left
    {
        get
        {
            if (_after == Timeout.InfiniteTimeSpan)
            {
                return _after;
            }

            var left = _after - _time.GetElapsedTime(_from);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public bool IsOver => Left == TimeSpan.Zero;

    public static Deadline Now(TimeProvider time) => new(time, TimeSpan.Zero);

    public static Deadline In(TimeSpan after, TimeProvider time) => new(time, after);
}
