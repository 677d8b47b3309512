using System.Buffers.Binary;

namespace Breeze.Core.Metrics;

/// <summary>
/// Rows of <c>device_metrics</c> in PostgreSQL's binary COPY format. Written by hand, because a row then costs one pass over its values and
/// no array of its own.
/// </summary>
sealed class MetricCopyBuffer
{
    const long PostgresEpochMs = 946_684_800_000;
    const int Float8Oid = 701;

    // The signature, no flags, no extension.
    static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', 10, 255, 13, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    byte[] _buffer = new byte[1 << 16];
    int _length;

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    public void Begin()
    {
        _length = 0;
        Header.CopyTo(Take(Header.Length));
    }

    public void Add(Guid deviceId, in Reading reading)
    {
        var values = reading.Values;
        var arrayBytes = 20 + values.Length * 12;
        var span = Take(2 + 4 + 16 + 4 + 8 + 4 + 4 + 4 + arrayBytes);
        BinaryPrimitives.WriteInt16BigEndian(span, 4);
        BinaryPrimitives.WriteInt32BigEndian(span[2..], 16);
        deviceId.TryWriteBytes(span[6..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(span[22..], 8);
        BinaryPrimitives.WriteInt64BigEndian(span[26..], (reading.AtMs - PostgresEpochMs) * 1000);
        BinaryPrimitives.WriteInt32BigEndian(span[34..], 4);
        BinaryPrimitives.WriteInt32BigEndian(span[38..], reading.Layout.Id);
        BinaryPrimitives.WriteInt32BigEndian(span[42..], arrayBytes);
        var array = span[46..];
        BinaryPrimitives.WriteInt32BigEndian(array, 1);
        BinaryPrimitives.WriteInt32BigEndian(array[4..], 0);
        BinaryPrimitives.WriteInt32BigEndian(array[8..], Float8Oid);
        BinaryPrimitives.WriteInt32BigEndian(array[12..], values.Length);
        BinaryPrimitives.WriteInt32BigEndian(array[16..], 1);
        array = array[20..];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt32BigEndian(array, 8);
            BinaryPrimitives.WriteDoubleBigEndian(array[4..], value);
            array = array[12..];
        }
    }

    public void End() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    Span<byte> Take(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }
}
