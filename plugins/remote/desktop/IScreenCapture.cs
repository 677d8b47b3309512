namespace Breeze.Remote.Desktop;

/// <summary>The picture of a desktop. All of it is called by one thread.</summary>
interface IScreenCapture
{
    /// <summary>The monitors as they are now, the first one first; never none.</summary>
    IReadOnlyList<DesktopMonitor> Monitors { get; }

    /// <summary>Whether <see cref="Monitors"/> differ from what this said before; they are read anew then.</summary>
    bool TakeMonitorChange();

    /// <summary>The rows of the monitor that may have changed since the last call; null when none has.</summary>
    (int Top, int Height)? TakeChange(DesktopMonitor monitor);

    /// <summary>
    /// Rows of the monitor's picture: <c>0x00RRGGBB</c>, the upper byte undefined, <see cref="DesktopMonitor.Width"/> to a row. Valid until the next call.
    /// </summary>
    ReadOnlySpan<uint> Grab(DesktopMonitor monitor, int top, int height);

    /// <summary>The shape of the pointer when it is not that of the last call.</summary>
    CursorShape? TakeCursor();

    /// <summary>Where the pointer is, in pixels of the desktop.</summary>
    (int X, int Y) Pointer();
}
