using Breeze.X11;

namespace Breeze.Remote.Consent.X11;

/// <summary>Where people look: the first monitor, or the whole screen of a display that knows of none.</summary>
readonly record struct XPlace(int X, int Y, int Width, int Height)
{
    public static XPlace Of(XConnection display)
    {
        if (display.Extension("RANDR") is { } extension)
        {
            var version = display.Ask(new XRequest(stackalloc byte[12], extension.Opcode, 0).U32(1).U32(5).Done());
            if ((version.U32(8), version.U32(12)) is (> 1, _) or (1, >= 5))
            {
                var answer = display.Ask(new XRequest(stackalloc byte[12], extension.Opcode, 42).U32(display.Setup.Root).U8(1).Zeros(3).Done());
                XPlace? first = null;
                for (var (left, at) = (answer.U32(12), 32); left > 0; left--, at += 24 + 4 * answer.U16(at + 6))
                {
                    var place = new XPlace(answer.I16(at + 8), answer.I16(at + 10), answer.U16(at + 12), answer.U16(at + 14));
                    if (answer[at + 4] != 0)
                        return place;
                    first ??= place;
                }
                if (first is { Width: > 0, Height: > 0 } found)
                    return found;
            }
        }
        return new(0, 0, display.Setup.Width, display.Setup.Height);
    }
}
