using System.Text;

namespace Breeze.Remote.Desktop.X11;

/// <summary>What X calls the keys that write a character.</summary>
static class XKeysyms
{
    public static uint Of(Rune character) => character.Value switch
    {
        '\n' or '\r' => 0xff0d,
        '\t' => 0xff09,
        '\b' => 0xff08,
        >= 0x20 and < 0x7f or >= 0xa0 and <= 0xff => (uint)character.Value,
        _ => 0x01000000 | (uint)character.Value,
    };
}
