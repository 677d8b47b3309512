using System.Buffers.Binary;
using System.Text;

namespace Breeze.Core.Storage;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, written by hand into one buffer that is used again and again: a row costs one pass over its values and no
/// object of its own. The format is described in PostgreSQL's manual under COPY.
/// </summary>
abstract class BinaryCopyBuffer
{
    const long PostgresEpochMs = 946_684_800_000;

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

    public void End() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    protected void Row(short columns) => BinaryPrimitives.WriteInt16BigEndian(Take(2), columns);

    protected void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    protected void Add(Guid value)
    {
        var span = Take(20);
        BinaryPrimitives.WriteInt32BigEndian(span, 16);
        value.TryWriteBytes(span[4..], bigEndian: true, out _);
    }

    protected void Add(int value)
    {
        var span = Take(8);
        BinaryPrimitives.WriteInt32BigEndian(span, 4);
        BinaryPrimitives.WriteInt32BigEndian(span[4..], value);
    }

    /// <summary>A moment, as <c>timestamptz</c>.</summary>
    protected void AddTime(long unixMs)
    {
        var span = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteInt64BigEndian(span[4..], (unixMs - PostgresEpochMs) * 1000);
    }

    /// <summary>As <c>real</c>; NaN becomes null.</summary>
    protected void AddOrNull(float value)
    {
        if (float.IsNaN(value))
        {
            Null();
            return;
        }
        var span = Take(8);
        BinaryPrimitives.WriteInt32BigEndian(span, 4);
        BinaryPrimitives.WriteSingleBigEndian(span[4..], value);
    }

    protected void Add(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        var span = Take(4 + length);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        Encoding.UTF8.GetBytes(value, span[4..]);
    }

    /// <summary>Room for bytes that the caller writes.</summary>
    protected Span<byte> Take(int count)
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
