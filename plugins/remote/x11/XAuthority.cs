using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Breeze.X11;

/// <summary>Finds a display's key in a file as xauth(1) keeps them. The file is another user's: nothing in it is believed but the bytes of a key.</summary>
static class XAuthority
{
    public const string Protocol = "MIT-MAGIC-COOKIE-1";
    const int Largest = 1 << 20;
    const ushort Local = 256;
    const ushort Wild = 65535;

    /// <summary>The key, or nothing: a display may let us in without one.</summary>
    public static byte[] KeyFor(int display, ReadOnlySpan<byte> file, string host)
    {
        var number = display.ToString(CultureInfo.InvariantCulture);
        byte[] other = [];
        while (file.Length >= 2)
        {
            var family = BinaryPrimitives.ReadUInt16BigEndian(file);
            file = file[2..];
            if (!Take(ref file, out var address) || !Take(ref file, out var name) || !Take(ref file, out var protocol) || !Take(ref file, out var key))
                break;
            if (!protocol.SequenceEqual(Encoding.ASCII.GetBytes(Protocol)) || name.Length > 0 && !name.SequenceEqual(Encoding.ASCII.GetBytes(number)))
                continue;
            if (family == Wild || family == Local && address.SequenceEqual(Encoding.UTF8.GetBytes(host)))
                return key.ToArray();
            // The machine may have been renamed since.
            other = family == Local ? key.ToArray() : other;
        }
        return other;
    }

    public static byte[] KeyFor(int display, string? path)
    {
        try
        {
            return path is null || new FileInfo(path) is not { Exists: true, Length: <= Largest } ? [] : KeyFor(display, File.ReadAllBytes(path), Environment.MachineName);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static bool Take(ref ReadOnlySpan<byte> file, out ReadOnlySpan<byte> field)
    {
        field = default;
        if (file.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(file) is var length && file.Length < 2 + length)
            return false;
        field = file.Slice(2, length);
        file = file[(2 + length)..];
        return true;
    }
}
