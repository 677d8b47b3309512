using System.Buffers.Text;
using System.Text;

namespace Breeze.Collectors.System;

/// <summary>Walks through a line of /proc word by word, without making strings.</summary>
ref struct ProcText(ReadOnlySpan<byte> rest)
{
    ReadOnlySpan<byte> _rest = rest;

    /// <summary>The next line, and the text after it.</summary>
    public bool TryLine(out ProcText line)
    {
        line = default;
        if (_rest.IsEmpty)
            return false;
        var end = _rest.IndexOf((byte)'\n');
        line = new ProcText(end < 0 ? _rest : _rest[..end]);
        _rest = end < 0 ? [] : _rest[(end + 1)..];
        return true;
    }

    /// <summary>The next word; empty at the end.</summary>
    public ReadOnlySpan<byte> Word()
    {
        _rest = _rest.TrimStart((byte)' ');
        var end = _rest.IndexOf((byte)' ');
        var word = end < 0 ? _rest : _rest[..end];
        _rest = _rest[word.Length..];
        return word;
    }

    /// <summary>The next word as a number; 0 when it is none.</summary>
    public double Number()
    {
        var word = Word();
        return Utf8Parser.TryParse(word, out double value, out _) ? value : 0;
    }

    /// <summary>The text before a colon, which interface names end with.</summary>
    public ReadOnlySpan<byte> UntilColon()
    {
        var colon = _rest.IndexOf((byte)':');
        if (colon < 0)
            return [];
        var name = _rest[..colon].Trim((byte)' ');
        _rest = _rest[(colon + 1)..];
        return name;
    }

    public readonly override string ToString() => Encoding.UTF8.GetString(_rest);
}
