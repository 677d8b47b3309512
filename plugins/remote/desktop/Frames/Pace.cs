namespace Breeze.Remote.Desktop.Frames;

/// <summary>
/// How much may be under way, and how good images may be: both follow from how long a frame takes until it is on the browser's screen. Used by two threads.
/// </summary>
sealed class Pace
{
    /// <summary>One that travels and one that is made. More would only be older when it is seen.</summary>
    const int MostUnderWay = 2;
    const int Best = 85;
    const int Worst = 30;

    /// <summary>What a frame may take longer than the quickest of late, in milliseconds, before images become worse.</summary>
    const long Slow = 120;
    const long Quick = 50;

    readonly Lock _gate = new();
    readonly Queue<(uint Number, long At)> _underWay = [];
    uint _number;
    long _quickest = long.MaxValue;

    /// <summary>Of JPEG.</summary>
    public int Quality { get; private set; } = 75;

    public bool HasRoom
    {
        get
        {
            lock (_gate)
                return _underWay.Count < MostUnderWay;
        }
    }

    public bool IsIdle
    {
        get
        {
            lock (_gate)
                return _underWay.Count == 0;
        }
    }

    /// <summary>A frame begins; returns its number.</summary>
    public uint Begin(long now)
    {
        lock (_gate)
        {
            _underWay.Enqueue((++_number, now));
            return _number;
        }
    }

    /// <summary>The browser shows a frame, and so those before it. A number that never went changes nothing.</summary>
    public void Shown(uint number, long now)
    {
        lock (_gate)
        {
            while (_underWay.TryPeek(out var frame) && unchecked((int)(number - frame.Number)) >= 0 && unchecked((int)(_number - number)) >= 0)
            {
                _underWay.Dequeue();
                var took = now - frame.At;
                // It forgets slowly, so that a way that became longer is not taken for a narrow one for ever.
                _quickest = Math.Min(took, _quickest == long.MaxValue ? took : _quickest + 1);
                if (took > _quickest + Slow)
                    Quality = Math.Max(Worst, Quality - 8);
                else if (took < _quickest + Quick)
                    Quality = Math.Min(Best, Quality + 2);
            }
        }
    }
}
