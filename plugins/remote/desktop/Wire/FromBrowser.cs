namespace Breeze.Remote.Desktop.Wire;

/// <summary>The messages from the browser: the first byte says what one is. All of it is somebody's input.</summary>
static class FromBrowser
{
    /// <summary>A frame is on the browser's screen: its number, 32 bits.</summary>
    public const byte Shown = 0;

    /// <summary>The pointer: x and y in the monitor's pixels, 16 bits each.</summary>
    public const byte Move = 1;

    /// <summary>A button: which, whether down, x, y.</summary>
    public const byte Button = 2;

    /// <summary>The wheel: steps to the right and down, 16 bits each, signed.</summary>
    public const byte Wheel = 3;

    /// <summary>A key: whether down, and its name as in KeyboardEvent.code.</summary>
    public const byte Key = 4;

    /// <summary>A text to be typed, UTF-8, at most <see cref="LargestText"/> bytes.</summary>
    public const byte Text = 5;

    /// <summary>Lets go of all keys and buttons.</summary>
    public const byte Release = 6;

    /// <summary>A piece of a text for the clipboard: whether the last one, and UTF-8.</summary>
    public const byte Clipboard = 7;

    /// <summary>Shows another monitor: its number.</summary>
    public const byte Monitor = 8;

    /// <summary>How sharp the picture is: one of <see cref="Sharpness"/>.</summary>
    public const byte Quality = 9;

    /// <summary>Asks for an answer: a number, 32 bits.</summary>
    public const byte Ping = 10;

    public const int LargestText = 4096;
}
