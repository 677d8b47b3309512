using System.Text;

namespace Breeze.Collectors.System;

/// <summary>Gives the same string for the same bytes, so that a device or interface name is decoded once and not every second.</summary>
sealed class NameCache
{
    const int Most = 1024;
    readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public string Get(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[256];
        if (utf8.Length > text.Length)
            return Encoding.UTF8.GetString(utf8);
        text = text[..Encoding.UTF8.GetChars(utf8, text)];
        var lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var name))
            return name;
        // Containers make interfaces with new names for ever.
        if (_names.Count >= Most)
            _names.Clear();
        name = text.ToString();
        _names[name] = name;
        return name;
    }
}
