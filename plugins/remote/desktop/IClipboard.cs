namespace Breeze.Remote.Desktop;

/// <summary>The text on a desktop's clipboard. Safe from any thread.</summary>
interface IClipboard
{
    /// <summary>At most so many bytes of UTF-8 are taken, and given.</summary>
    const int Largest = 1 << 20;

    /// <summary>The text that was put there by somebody else than us since the last call.</summary>
    string? TakeText();

    void Put(string text);
}
