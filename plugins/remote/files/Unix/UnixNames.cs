using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Breeze.Remote.Files.Unix;

/// <summary>A name on Unix is bytes. As text, a byte that is not UTF-8 is <c>\xNN</c> and a backslash is two, so that every name can be read back.</summary>
static class UnixNames
{
    public static string TextOf(ReadOnlySpan<byte> name)
    {
        if (Utf8.IsValid(name) && !name.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(name);
        var text = new StringBuilder(name.Length + 8);
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out var rune, out var length) != OperationStatus.Done)
            {
                foreach (var strange in name[..length])
                    text.Append(CultureInfo.InvariantCulture, $"\\x{strange:x2}");
            }
            else if (rune.Value == '\\')
                text.Append(@"\\");
            else
                text.Append(rune.ToString());
            name = name[length..];
        }
        return text.ToString();
    }

    /// <summary>With the zero byte that ends it for the system. A backslash that begins nothing is itself.</summary>
    public static byte[] BytesOf(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw FileFault.Invalid("A name has no zero byte.");
        if (!text.Contains('\\', StringComparison.Ordinal))
            return [.. Encoding.UTF8.GetBytes(text), 0];
        var bytes = new List<byte>(text.Length + 1);
        var rest = text.AsSpan();
        Span<byte> buffer = stackalloc byte[4];
        while (!rest.IsEmpty)
        {
            if (rest is ['\\', '\\', ..])
            {
                bytes.Add((byte)'\\');
                rest = rest[2..];
            }
            else if (rest is ['\\', 'x', _, _, ..] && byte.TryParse(rest[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var strange) && strange >= 0x80)
            {
                bytes.Add(strange);
                rest = rest[4..];
            }
            else
            {
                Rune.DecodeFromUtf16(rest, out var rune, out var length);
                bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
                rest = rest[length..];
            }
        }
        bytes.Add(0);
        return [.. bytes];
    }
}
