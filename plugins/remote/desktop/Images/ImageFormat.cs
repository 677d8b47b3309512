namespace Breeze.Remote.Desktop.Images;

/// <summary>How the pixels of a piece are sent.</summary>
enum ImageFormat : byte
{
    /// <summary>One colour: three bytes, red, green, blue.</summary>
    Solid,
    Png,
    Jpeg,
}
