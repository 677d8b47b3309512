namespace Breeze.Remote.Desktop.Keys;

/// <summary>A key by its place on the keyboard.</summary>
/// <param name="Code">As W3C UI Events KeyboardEvent code Values names it.</param>
/// <param name="Evdev">Of Linux's input-event-codes.h; X adds eight to it.</param>
sealed record PhysicalKey(string Code, byte Evdev);
