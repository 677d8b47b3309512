using System.Text.Unicode;

namespace Breeze.Remote.Files.Transfers;

/// <summary>What the first bytes of a file are, by what is in them and not by its name.</summary>
static class Preview
{
    /// <summary>Of a text so much is shown.</summary>
    public const int TextBytes = 256 << 10;

    /// <summary>An image is shown whole or not at all.</summary>
    public const int ImageBytes = 4 << 20;

    const int LongestCharacter = 4;

    public static (string Content, string? Type) KindOf(ReadOnlySpan<byte> head) => ImageOf(head) is { } image ? ("image", image)
        : head.StartsWith((byte[])[0xff, 0xfe]) ? ("text", "utf-16le")
        : head.StartsWith((byte[])[0xfe, 0xff]) ? ("text", "utf-16be")
        : head.Contains((byte)0) ? ("binary", null)
        : IsUtf8(head) ? ("text", "utf-8")
        : ControlsIn(head) * 50 > head.Length ? ("binary", null)
        : ("text", "windows-1252");

    static string? ImageOf(ReadOnlySpan<byte> head) => head switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "image/bmp",
        _ => null,
    };

    /// <summary>The end may cut a character in two.</summary>
    static bool IsUtf8(ReadOnlySpan<byte> head)
    {
        for (var cut = 0; cut < LongestCharacter && cut <= head.Length; cut++)
        {
            if (Utf8.IsValid(head[..^cut]))
                return ControlsIn(head) * 50 <= head.Length;
        }
        return false;
    }

    static int ControlsIn(ReadOnlySpan<byte> head)
    {
        var count = 0;
        foreach (var value in head)
            count += value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0c or 0x1b) ? 1 : 0;
        return count;
    }
}
