namespace Breeze.Remote.Desktop;

/// <summary>A monitor, in pixels of the desktop.</summary>
sealed record DesktopMonitor(string Name, int X, int Y, int Width, int Height);
