namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>
/// The fragments that the peer has not acknowledged without a gap before them, by TSN; those that are on their way are chained in the order
/// of their last sending, so that the loss detection looks at the oldest only.
/// </summary>
sealed class RetransmissionQueue(uint firstTsn)
{
    /// <summary>How many numbers may be outstanding: bounds memory when messages are tiny.</summary>
    public const int MaxOutstanding = 8192;

    SentFragment[] slots = new SentFragment[64];
    long oldest = SentFragment.None, newest = SentFragment.None;
    uint lostFrom = firstTsn;
    int lostCount;

    public uint Acknowledged { get; private set; } = firstTsn - 1;
    public uint NextTsn { get; private set; } = firstTsn;
    public uint LastTsn => NextTsn - 1;
    public int Count => (int)(NextTsn - Acknowledged - 1);
    public bool IsFull => Count >= MaxOutstanding;
    public bool HasLost => lostCount > 0;
    public long Oldest => oldest;
    public long Newest => newest;

    /// <summary>Bytes on their way.</summary>
    public long Flight { get; private set; }

    public ref SentFragment this[uint tsn] => ref slots[tsn & (uint)(slots.Length - 1)];

    /// <summary>Gives the next number to a fragment that is sent now.</summary>
    public uint Add(in SentFragment fragment)
    {
        if (Count == slots.Length)
        {
            Grow();
        }
        var tsn = NextTsn++;
        this[tsn] = fragment;
        fragment.Message.InFlight++;
        if (fragment.State == FragmentState.InFlight)
        {
            Chain(tsn);
        }
        return tsn;
    }

    /// <summary>A lost fragment is sent again.</summary>
    public void Resend(uint tsn, TimeSpan now)
    {
        ref var fragment = ref this[tsn];
        fragment.State = FragmentState.InFlight;
        fragment.SentAt = now;
        fragment.Transmissions++;
        lostCount--;
        Chain(tsn);
    }

    /// <summary>The lost fragment with the lowest number; the caller has looked at <see cref="HasLost"/>.</summary>
    public uint FirstLost()
    {
        lostFrom = Serial.Max(lostFrom, Acknowledged + 1);
        while (this[lostFrom].State != FragmentState.Lost)
        {
            lostFrom++;
        }
        return lostFrom;
    }

    /// <summary>Moves a fragment to another state than <see cref="FragmentState.InFlight"/>.</summary>
    public void Mark(uint tsn, FragmentState state)
    {
        ref var fragment = ref this[tsn];
        if (fragment.State == FragmentState.InFlight)
        {
            Unchain(tsn);
        }
        else if (fragment.State == FragmentState.Lost)
        {
            lostCount--;
        }
        if (state == FragmentState.Lost)
        {
            lostFrom = lostCount++ == 0 || Serial.Less(tsn, lostFrom) ? tsn : lostFrom;
        }
        fragment.State = state;
    }

    /// <summary>Forgets the lowest fragment, which the peer has or which was given up.</summary>
    public void RemoveFirst()
    {
        var tsn = Acknowledged + 1;
        ref var fragment = ref this[tsn];
        if (fragment.State is FragmentState.InFlight or FragmentState.Lost)
        {
            Mark(tsn, FragmentState.Acknowledged);
        }
        fragment.Message.InFlight--;
        fragment.Message.ReleaseIfDone();
        fragment = default;
        Acknowledged = tsn;
    }

    public void Clear()
    {
        while (Count > 0)
        {
            RemoveFirst();
        }
    }

    void Chain(uint tsn)
    {
        ref var fragment = ref this[tsn];
        Flight += fragment.Length;
        fragment.Previous = newest;
        fragment.Next = SentFragment.None;
        if (newest != SentFragment.None)
        {
            this[(uint)newest].Next = tsn;
        }
        else
        {
            oldest = tsn;
        }
        newest = tsn;
    }

    void Unchain(uint tsn)
    {
        ref var fragment = ref this[tsn];
        Flight -= fragment.Length;
        if (fragment.Previous == SentFragment.None)
        {
            oldest = fragment.Next;
        }
        else
        {
            this[(uint)fragment.Previous].Next = fragment.Next;
        }
        if (fragment.Next == SentFragment.None)
        {
            newest = fragment.Previous;
        }
        else
        {
            this[(uint)fragment.Next].Previous = fragment.Previous;
        }
    }

    void Grow()
    {
        var larger = new SentFragment[slots.Length * 2];
        for (var tsn = Acknowledged + 1; tsn != NextTsn; tsn++)
        {
            larger[tsn & (uint)(larger.Length - 1)] = this[tsn];
        }
        slots = larger;
    }
}
