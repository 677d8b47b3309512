namespace Breeze.Remote.Consent.X11;

/// <summary>A place in a window that can be pressed.</summary>
readonly record struct XButton(string Text, uint Colour, int X, int Y, int Width, int Height)
{
    public bool Contains(int x, int y) => x >= X && x < X + Width && y >= Y && y < Y + Height;
}
