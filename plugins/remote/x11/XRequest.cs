using System.Buffers.Binary;
using System.Text;

namespace Breeze.X11;

/// <summary>One request of the X protocol while it is written: little-endian, and in units of four bytes.</summary>
ref struct XRequest
{
    Span<byte> _buffer;
    int _length;

    /// <param name="buffer">Room for all of it.</param>
    /// <param name="opcode">The core request, or the extension's number.</param>
    /// <param name="detail">The second byte: of an extension, which of its requests.</param>
    public XRequest(Span<byte> buffer, byte opcode, byte detail = 0)
    {
        _buffer = buffer;
        _buffer[0] = opcode;
        _buffer[1] = detail;
        _length = 4;
    }

    public XRequest U8(byte value)
    {
        _buffer[_length++] = value;
        return this;
    }

    public XRequest U16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[_length..], unchecked((ushort)value));
        _length += 2;
        return this;
    }

    public XRequest U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[_length..], value);
        _length += 4;
        return this;
    }

    public XRequest Zeros(int count)
    {
        _buffer.Slice(_length, count).Clear();
        _length += count;
        return this;
    }

    public XRequest Text(string text) => Bytes(Encoding.Latin1.GetBytes(text));

    public XRequest Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[_length..]);
        _length += bytes.Length;
        return this;
    }

    /// <summary>The whole of it, with its length in place.</summary>
    public ReadOnlySpan<byte> Done()
    {
        while (_length % 4 != 0)
            _buffer[_length++] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[2..], (ushort)(_length / 4));
        return _buffer[.._length];
    }
}
