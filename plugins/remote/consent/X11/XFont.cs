using System.Buffers.Binary;
using System.Text;
using Breeze.X11;

namespace Breeze.Remote.Consent.X11;

/// <summary>One of the display's own fonts, the best for reading that it has. Such of the whole of Unicode first; what others do not have is written as a question mark.</summary>
sealed class XFont
{
    const int LongestText = 120;

    static readonly (string Pattern, bool IsWide)[] Wanted =
    [
        ("-*-helvetica-medium-r-normal--18-*-*-*-*-*-iso10646-1", true), ("-misc-fixed-medium-r-normal--18-*-*-*-*-*-iso10646-1", true), ("-misc-fixed-medium-r-*--13-*-*-*-*-*-iso10646-1", true),
        ("-*-helvetica-medium-r-normal--18-*-*-*-*-*-iso8859-1", false), ("fixed", false),
    ];

    readonly XConnection _display;
    readonly bool _isWide;

    public XFont(XConnection display)
    {
        (_display, Id) = (display, display.NewId());
        var (name, isWide) = Wanted.Select(font => (Name: Find(font.Pattern), font.IsWide)).FirstOrDefault(font => font.Name is not null);
        _isWide = isWide;
        var bytes = Encoding.Latin1.GetBytes(name ?? "fixed");
        display.Send(new XRequest(new byte[16 + bytes.Length], 45).U32(Id).U16(bytes.Length).U16(0).Bytes(bytes).Done());
        var extents = Extents("Ag");
        (Ascent, Descent) = (extents.I16(8), extents.I16(10));
    }

    public uint Id { get; }

    public int Ascent { get; }

    public int Descent { get; }

    public int Height => Ascent + Descent;

    public int WidthOf(string text) => Math.Max(0, (int)Extents(text).U32(16));

    /// <summary>Writes a line, with the context's colours; y is its base line.</summary>
    public void Write(uint window, uint context, int x, int y, string text)
    {
        text = Cut(text);
        const byte Narrow = 76, Wide = 77;
        var bytes = _isWide ? WideOf(text) : Encoding.Latin1.GetBytes(text);
        _display.Send(new XRequest(new byte[20 + bytes.Length], _isWide ? Wide : Narrow, (byte)text.Length).U32(window).U32(context).U16(x).U16(y).Bytes(bytes).Done());
    }

    /// <summary>The full name of the first font like that; null when there is none.</summary>
    string? Find(string pattern)
    {
        var bytes = Encoding.Latin1.GetBytes(pattern);
        var answer = _display.Ask(new XRequest(new byte[16 + bytes.Length], 49).U16(1).U16(bytes.Length).Bytes(bytes).Done());
        return answer.U16(8) == 0 ? null : Encoding.Latin1.GetString(answer.Slice(33, answer[32]));
    }

    ReadOnlySpan<byte> Extents(string text)
    {
        text = Cut(text);
        // A Latin-1 font has one row, and its characters are the second of two bytes.
        var bytes = WideOf(_isWide ? text : Encoding.Latin1.GetString(Encoding.Latin1.GetBytes(text)));
        return _display.Ask(new XRequest(new byte[16 + bytes.Length], 48, (byte)(text.Length % 2)).U32(Id).Bytes(bytes).Done());
    }

    static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];

    static byte[] WideOf(string text)
    {
        var bytes = new byte[text.Length * 2];
        for (var i = 0; i < text.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i * 2), text[i]);
        return bytes;
    }
}
