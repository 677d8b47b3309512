using System.Buffers.Binary;
using System.Numerics;

namespace Breeze.WebRtc.Sctp.Receiving;

enum TsnArrival { New, Duplicate, TooFar }

/// <summary>Which sequence numbers have arrived: all up to one, and a map of bits beyond it.</summary>
sealed class TsnTracker(uint firstTsn)
{
    /// <summary>How far beyond the gap-free part a number may be: bounds the map and what a hostile peer can make us keep.</summary>
    public const int Span = 16384;
    const int MaxDuplicates = 16;

    readonly ulong[] bits = new ulong[Span / 64];
    readonly uint[] duplicates = new uint[MaxDuplicates];
    int duplicateCount;

    public uint Cumulative { get; private set; } = firstTsn - 1;
    public uint Highest { get; private set; } = firstTsn - 1;
    public bool HasGaps => Highest != Cumulative;

    public TsnArrival Classify(uint tsn)
    {
        if (Serial.LessOrEqual(tsn, Cumulative))
        {
            return TsnArrival.Duplicate;
        }
        if (tsn - Cumulative >= Span)
        {
            return TsnArrival.TooFar;
        }
        return IsSet(tsn) ? TsnArrival.Duplicate : TsnArrival.New;
    }

    public void Add(uint tsn)
    {
        Highest = Serial.Max(Highest, tsn);
        if (tsn != Cumulative + 1)
        {
            bits[Word(tsn)] |= Bit(tsn);
            return;
        }
        Cumulative = tsn;
        Advance();
    }

    public void AddDuplicate(uint tsn)
    {
        if (duplicateCount < MaxDuplicates)
        {
            duplicates[duplicateCount++] = tsn;
        }
    }

    /// <summary>Takes everything up to this number as received (RFC 3758).</summary>
    public void Forward(uint tsn)
    {
        if (tsn - Cumulative >= Span)
        {
            Array.Clear(bits);
            Cumulative = tsn;
        }
        while (Cumulative != tsn)
        {
            Cumulative++;
            bits[Word(Cumulative)] &= ~Bit(Cumulative);
        }
        Highest = Serial.Max(Highest, tsn);
        Advance();
    }

    /// <summary>Writes the value of a SACK within the room there is, and forgets the duplicates that it names.</summary>
    public int WriteSack(Span<byte> value, uint window)
    {
        var gaps = WriteGaps(value[12..]);
        var duplicatesFit = Math.Min(duplicateCount, (value.Length - 12) / 4 - gaps);
        BinaryPrimitives.WriteUInt32BigEndian(value, Cumulative);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], window);
        BinaryPrimitives.WriteUInt16BigEndian(value[8..], (ushort)gaps);
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], (ushort)duplicatesFit);
        for (var i = 0; i < duplicatesFit; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value[(12 + (gaps + i) * 4)..], duplicates[i]);
        }
        duplicateCount = 0;
        return 12 + (gaps + duplicatesFit) * 4;
    }

    int WriteGaps(Span<byte> target)
    {
        var count = 0;
        var tsn = Cumulative + 1;
        while (Serial.LessOrEqual(tsn, Highest) && (count + 1) * 4 <= target.Length)
        {
            tsn = Find(tsn, set: true);
            if (Serial.Less(Highest, tsn))
            {
                break;
            }
            var end = Find(tsn, set: false);
            BinaryPrimitives.WriteUInt16BigEndian(target[(count * 4)..], (ushort)(tsn - Cumulative));
            BinaryPrimitives.WriteUInt16BigEndian(target[(count * 4 + 2)..], (ushort)(end - 1 - Cumulative));
            count++;
            tsn = end;
        }
        return count;
    }

    /// <summary>
    /// The first number from <paramref name="tsn"/> on whose bit is (not) set; one beyond the highest if there is none. A word at a time.
    /// </summary>
    uint Find(uint tsn, bool set)
    {
        while (Serial.LessOrEqual(tsn, Highest))
        {
            var word = (set ? bits[Word(tsn)] : ~bits[Word(tsn)]) >> (int)(tsn % 64);
            if (word != 0)
            {
                return tsn + (uint)BitOperations.TrailingZeroCount(word);
            }
            tsn += 64 - tsn % 64;
        }
        return Highest + 1;
    }

    void Advance()
    {
        while (IsSet(Cumulative + 1))
        {
            Cumulative++;
            bits[Word(Cumulative)] &= ~Bit(Cumulative);
        }
        Highest = Serial.Max(Highest, Cumulative);
    }

    bool IsSet(uint tsn) => (bits[Word(tsn)] & Bit(tsn)) != 0;

    static int Word(uint tsn) => (int)(tsn % Span / 64);

    static ulong Bit(uint tsn) => 1UL << (int)(tsn % 64);
}
