using System.Text;

namespace Breeze.WebRtc.Ice.Mdns;

/// <summary>Names as DNS writes them: labels with their lengths, perhaps ending in a pointer to an earlier place.</summary>
static class MdnsName
{
    const int MaxLength = 253;
    const int MaxLabel = 63;
    const int MaxJumps = 16;

    /// <summary>Whether it is a name that a browser makes up for a candidate: one label under <c>.local</c>.</summary>
    public static bool IsProper(string name) =>
        name.EndsWith(".local", StringComparison.OrdinalIgnoreCase) && name.Length is > 6 and <= MaxLabel + 6
        && name[..^6].All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    public static byte[] Write(string name)
    {
        List<byte> bytes = [];
        foreach (var label in name.Split('.'))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }
        bytes.Add(0);
        return [.. bytes];
    }

    /// <summary>Reads a name and moves behind it; null when it is broken.</summary>
    public static string? Read(ReadOnlySpan<byte> message, ref int offset)
    {
        var name = new StringBuilder();
        var at = offset;
        var jumps = 0;
        while (at < message.Length && name.Length <= MaxLength)
        {
            int length = message[at];
            if (length == 0)
            {
                offset = jumps == 0 ? at + 1 : offset;
                return name.ToString();
            }
            if (length >= 0xC0)
            {
                if (at + 1 >= message.Length || ++jumps > MaxJumps)
                {
                    return null;
                }
                offset = jumps == 1 ? at + 2 : offset;
                at = ((length & 0x3F) << 8) | message[at + 1];
                continue;
            }
            if (length > MaxLabel || at + 1 + length > message.Length)
            {
                return null;
            }
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(message.Slice(at + 1, length)));
            at += 1 + length;
        }
        return null;
    }
}
