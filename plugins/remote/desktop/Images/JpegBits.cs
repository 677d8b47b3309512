using System.Buffers;

namespace Breeze.Remote.Desktop.Images;

/// <summary>Bits of a scan, in which a byte of ones is followed by a zero.</summary>
ref struct JpegBits(ArrayBufferWriter<byte> target)
{
    const int Piece = 4096;

    Span<byte> _room = target.GetSpan(Piece);
    int _used;
    ulong _bits;
    int _count;

    /// <summary>At most 32 at once.</summary>
    public void Write(uint value, int length)
    {
        _bits = _bits << length | value;
        _count += length;
        while (_count >= 8)
        {
            _count -= 8;
            Put((byte)(_bits >> _count));
        }
    }

    public void Finish()
    {
        if (_count > 0)
            Write((1u << 8 - _count) - 1, 8 - _count);
        target.Advance(_used);
    }

    void Put(byte value)
    {
        if (_used + 2 > _room.Length)
        {
            target.Advance(_used);
            _room = target.GetSpan(Piece);
            _used = 0;
        }
        _room[_used++] = value;
        if (value == 0xff)
            _room[_used++] = 0;
    }
}
