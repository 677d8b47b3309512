namespace Breeze.Remote.Desktop;

/// <summary>A desktop that is open for one session. Disposing lets go of every key and button that the session holds down.</summary>
interface IDesktop : IDisposable
{
    /// <summary>Where it is, for the technician: <c>X11 :0</c>.</summary>
    string Name { get; }

    IScreenCapture Screen { get; }

    IInput Input { get; }

    IClipboard Clipboard { get; }

    /// <summary>Completes when the desktop is gone, as when its user signs out.</summary>
    Task Lost { get; }

    /// <summary>Called, from any thread, when there may be something new of the picture, the pointer, the monitors or the clipboard.</summary>
    Action? Changed { get; set; }
}
