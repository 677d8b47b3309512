using System.Buffers.Binary;
using Breeze.WebRtc.Sctp.Receiving;

namespace Breeze.WebRtc.Tests.Sctp;

public sealed class TsnTrackerTests
{
    [Theory, InlineData(1u), InlineData(uint.MaxValue - 5), InlineData(uint.MaxValue - 3000), InlineData(63u)]
    public void It_agrees_with_a_plain_set_of_numbers(uint first)
    {
        var random = new Random(11);
        var tracker = new TsnTracker(first);
        var seen = new HashSet<uint>();
        var cumulative = 0u;
        for (var i = 0; i < 8000; i++)
        {
            var offset = (uint)Math.Max(0, (int)cumulative + random.Next(-3, random.Next(2) == 0 ? 6 : 400));
            var isNew = tracker.Classify(first + offset) == TsnArrival.New;
            isNew.ShouldBe(seen.Add(offset));
            if (isNew)
            {
                tracker.Add(first + offset);
            }
            if (random.Next(500) == 0)
            {
                var forward = cumulative + (uint)random.Next(30);
                tracker.Forward(first + forward);
                seen.UnionWith(Enumerable.Range(0, (int)forward + 1).Select(n => (uint)n));
            }
            while (seen.Contains(cumulative))
            {
                cumulative++;
            }
            tracker.Cumulative.ShouldBe(first + cumulative - 1);
            if (i % 50 == 0)
            {
                Blocks(tracker, first).ShouldBe(Expected(seen, cumulative));
            }
        }
    }

    [Fact]
    public void What_is_too_far_ahead_is_not_taken()
    {
        var tracker = new TsnTracker(100);
        tracker.Classify(99 + TsnTracker.Span - 1).ShouldBe(TsnArrival.New);
        tracker.Classify(99 + TsnTracker.Span).ShouldBe(TsnArrival.TooFar);
        tracker.Classify(99).ShouldBe(TsnArrival.Duplicate);
        tracker.Classify(0x8000_0064).ShouldNotBe(TsnArrival.New);
    }

    [Fact]
    public void An_acknowledgement_names_no_more_gaps_and_duplicates_than_fit()
    {
        var tracker = new TsnTracker(0);
        for (var tsn = 1u; tsn < 2000; tsn += 2)
        {
            tracker.Add(tsn);
            tracker.AddDuplicate(tsn);
        }
        var value = new byte[12 + 40 * 4 + 3];
        tracker.WriteSack(value, 5).ShouldBe(12 + 40 * 4);
        BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(8)).ShouldBe((ushort)40);
        BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(10)).ShouldBe((ushort)0);
    }

    static List<(int, int)> Blocks(TsnTracker tracker, uint first)
    {
        var value = new byte[60_000];
        tracker.WriteSack(value, 0);
        var cumulative = (int)(tracker.Cumulative - first);
        return [.. Enumerable.Range(0, BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(8))).Select(i =>
            (cumulative + BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(12 + i * 4)), cumulative + BinaryPrimitives.ReadUInt16BigEndian(value.AsSpan(14 + i * 4))))];
    }

    static List<(int, int)> Expected(HashSet<uint> seen, uint cumulative)
    {
        var blocks = new List<(int Start, int End)>();
        foreach (var number in seen.Where(number => number > cumulative).Order())
        {
            if (blocks.Count > 0 && blocks[^1].End == number - 1)
            {
                blocks[^1] = (blocks[^1].Start, (int)number);
            }
            else
            {
                blocks.Add(((int)number, (int)number));
            }
        }
        return blocks;
    }
}
