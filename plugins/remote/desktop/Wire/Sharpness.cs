namespace Breeze.Remote.Desktop.Wire;

/// <summary>What a technician would rather have.</summary>
enum Sharpness : byte
{
    /// <summary>As sharp as the connection carries, and sharp when the picture stands still.</summary>
    Automatic,

    /// <summary>Every pixel as it is.</summary>
    Exact,

    /// <summary>Small images, for a slow connection; not made sharp afterwards.</summary>
    Small,
}
