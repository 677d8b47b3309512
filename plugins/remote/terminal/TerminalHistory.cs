namespace Breeze.Remote.Terminal;

/// <summary>What a terminal has shown last, for a page that comes to look on: whole lines, as many as the page scrolls back. Not safe for several threads.</summary>
/// <param name="maximumLines">Older lines are forgotten.</param>
/// <param name="maximumBytes">And so are those beyond this size, which lines without an end may reach.</param>
sealed class TerminalHistory(int maximumLines = 10_000, int maximumBytes = 4 << 20)
{
    const byte LineEnd = (byte)'\n';

    /// <summary>A ring; it grows with what is in it.</summary>
    byte[] _bytes = new byte[Math.Min(16 << 10, maximumBytes)];
    int _start;
    int _length;
    int _lines;

    public void Append(ReadOnlySpan<byte> output)
    {
        output = output[Math.Max(0, output.Length - maximumBytes)..];
        MakeRoomFor(output.Length);
        var end = (_start + _length) % _bytes.Length;
        var first = Math.Min(output.Length, _bytes.Length - end);
        output[..first].CopyTo(_bytes.AsSpan(end));
        output[first..].CopyTo(_bytes);
        _length += output.Length;
        _lines += output.Count(LineEnd);
        while (_lines > maximumLines)
            ForgetLine();
    }

    /// <summary>A copy, oldest first.</summary>
    public byte[] ToArray()
    {
        var copy = new byte[_length];
        var first = Math.Min(_length, _bytes.Length - _start);
        _bytes.AsSpan(_start, first).CopyTo(copy);
        _bytes.AsSpan(0, _length - first).CopyTo(copy.AsSpan(first));
        return copy;
    }

    void MakeRoomFor(int count)
    {
        while (_length > maximumBytes - count)
            ForgetLine();
        if (_length + count <= _bytes.Length)
            return;
        var larger = new byte[Math.Min(maximumBytes, Math.Max(2 * _bytes.Length, _length + count))];
        ToArray().CopyTo(larger.AsSpan());
        (_bytes, _start) = (larger, 0);
    }

    void ForgetLine()
    {
        var first = _bytes.AsSpan(_start, Math.Min(_length, _bytes.Length - _start));
        var place = first.IndexOf(LineEnd);
        if (place < 0)
        {
            var wrapped = _bytes.AsSpan(0, _length - first.Length).IndexOf(LineEnd);
            place = wrapped < 0 ? -1 : first.Length + wrapped;
        }
        // What is one long line goes as a whole.
        var count = place < 0 ? _length : place + 1;
        _lines -= place < 0 ? 0 : 1;
        _start = (_start + count) % _bytes.Length;
        _length -= count;
    }
}
