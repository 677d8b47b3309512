using System.Buffers.Binary;
using Breeze.Sdk;

namespace Breeze.Core.Metrics;

/// <summary>Rows of a rollup in PostgreSQL's binary COPY format, sent on whenever enough of them have gathered.</summary>
sealed class RollupCopyBuffer
{
    const long PostgresEpochMs = 946_684_800_000;
    const int SendAt = 1 << 18;
    const int Float4Oid = 700;
    const int Int2Oid = 21;

    static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', 10, 255, 13, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    byte[] _buffer = new byte[SendAt * 2];
    int _length;

    public RollupCopyBuffer() => Header.CopyTo(Take(Header.Length));

    public bool IsFull => _length >= SendAt;

    public async Task SendAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
        _length = 0;
    }

    public void End() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    public void Add(Guid device, long atMs, RollupRow row, MetricKind[] kinds)
    {
        var span = Take(2 + 20 + 12 + 8);
        BinaryPrimitives.WriteInt16BigEndian(span, 7);
        BinaryPrimitives.WriteInt32BigEndian(span[2..], 16);
        device.TryWriteBytes(span[6..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(span[22..], 8);
        BinaryPrimitives.WriteInt64BigEndian(span[26..], (atMs - PostgresEpochMs) * 1000);
        BinaryPrimitives.WriteInt32BigEndian(span[34..], 4);
        BinaryPrimitives.WriteInt32BigEndian(span[38..], row.Layout.Id);
        AddFloats(row, row.Mins);
        var averages = Array(row.Counts.Length, Float4Oid, 4);
        for (var i = 0; i < row.Counts.Length; i++, averages = averages[8..])
        {
            BinaryPrimitives.WriteInt32BigEndian(averages, 4);
            BinaryPrimitives.WriteSingleBigEndian(averages[4..], row.Counts[i] == 0 ? float.NaN : Single(row.Average(i, kinds[i])));
        }
        AddFloats(row, row.Maxs);
        var counts = Array(row.Counts.Length, Int2Oid, 2);
        foreach (var count in row.Counts)
        {
            BinaryPrimitives.WriteInt32BigEndian(counts, 2);
            BinaryPrimitives.WriteInt16BigEndian(counts[4..], (short)Math.Min(count, short.MaxValue));
            counts = counts[6..];
        }
    }

    void AddFloats(RollupRow row, double[] values)
    {
        var span = Array(values.Length, Float4Oid, 4);
        for (var i = 0; i < values.Length; i++, span = span[8..])
        {
            BinaryPrimitives.WriteInt32BigEndian(span, 4);
            BinaryPrimitives.WriteSingleBigEndian(span[4..], row.Counts[i] == 0 ? float.NaN : Single(values[i]));
        }
    }

    // A number that only a double holds is as large as can be said; infinity is no number that JSON knows.
    static float Single(double value) => (float)Math.Clamp(value, float.MinValue, float.MaxValue);

    Span<byte> Array(int count, int oid, int size)
    {
        var bytes = 20 + count * (4 + size);
        var span = Take(4 + bytes);
        BinaryPrimitives.WriteInt32BigEndian(span, bytes);
        BinaryPrimitives.WriteInt32BigEndian(span[4..], 1);
        BinaryPrimitives.WriteInt32BigEndian(span[8..], 0);
        BinaryPrimitives.WriteInt32BigEndian(span[12..], oid);
        BinaryPrimitives.WriteInt32BigEndian(span[16..], count);
        BinaryPrimitives.WriteInt32BigEndian(span[20..], 1);
        return span[24..];
    }

    Span<byte> Take(int count)
    {
        if (_buffer.Length - _length < count)
        {
            System.Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }
}
