namespace Breeze.Remote.Desktop;

/// <summary>A pointer's picture.</summary>
/// <param name="Pixels"><c>0xAARRGGBB</c>, colours not multiplied by alpha.</param>
sealed record CursorShape(int Width, int Height, int HotX, int HotY, uint[] Pixels);
