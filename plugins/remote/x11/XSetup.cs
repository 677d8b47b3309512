namespace Breeze.X11;

/// <summary>What the display said of itself when we joined it; of its screens the first.</summary>
sealed record XSetup(uint IdBase, uint IdMask, int LargestRequest, byte FirstKey, byte LastKey, uint Root, int Width, int Height, byte Depth, bool IsTrueColour)
{
    /// <param name="body">What follows the first eight bytes of the answer.</param>
    public static XSetup Read(ReadOnlySpan<byte> body)
    {
        var vendor = body.U16(16);
        var largest = body.U16(18) * 4;
        var (screens, formats, littleEndian) = (body[20], body[21], body[22] == 0);
        var (first, last) = (body[26], body[27]);
        var at = 32 + ((vendor + 3) & ~3);
        var is32 = new bool[256];
        for (var i = 0; i < formats; i++, at += 8)
            is32[body[at]] = body[at + 1] == 32;
        if (screens == 0)
            throw new XException("The display has no screen.");
        var screen = body[at..];
        var (visual, depth) = (screen.U32(32), screen[38]);
        return new(body.U32(4), body.U32(8), largest, first, last, screen.U32(0), screen.U16(20), screen.U16(22), depth,
            littleEndian && is32[depth] && IsUsual(screen[40..], screen[39], visual));
    }

    /// <summary>Whether the pixels are 32 bits with red, green and blue where everybody has them today.</summary>
    static bool IsUsual(ReadOnlySpan<byte> depths, int count, uint visual)
    {
        for (var at = 0; count > 0; count--)
        {
            var visuals = depths.U16(at + 2);
            at += 8;
            for (var i = 0; i < visuals; i++, at += 24)
            {
                if (depths.U32(at) == visual)
                    return depths.U32(at + 8) == 0xff0000 && depths.U32(at + 12) == 0xff00 && depths.U32(at + 16) == 0xff;
            }
        }
        return false;
    }
}
