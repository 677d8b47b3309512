using Breeze.X11;

namespace Breeze.Remote.Desktop.X11;

/// <summary>A desktop on an X display.</summary>
sealed class XDesktop : IDesktop
{
    readonly XConnection _display;
    readonly XScreen _screen;
    readonly XInput _input;
    readonly XClipboard _clipboard;

    XDesktop(XConnection display, string name)
    {
        (_display, Name) = (display, name);
        _screen = new(display);
        _input = new(display);
        _clipboard = new(display, () => Changed?.Invoke());
        // What came before this was part of setting it up.
        display.Events = Take;
    }

    public string Name { get; }

    public IScreenCapture Screen => _screen;

    public IInput Input => _input;

    public IClipboard Clipboard => _clipboard;

    public Task Lost => _display.Lost;

    public Action? Changed { get; set; }

    public static XDesktop Open(XDisplay where)
    {
        var display = XConnection.Open(where.Number, XAuthority.KeyFor(where.Number, where.Authority), where.User);
        try
        {
            if (!display.Setup.IsTrueColour)
                throw new DesktopUnavailableException("The X display of this device has not the 24 or 32 bits of colour that are needed.");
            return new(display, $"X11 :{where.Number}");
        }
        catch
        {
            display.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (!_display.Lost.IsCompleted)
        {
            _input.ReleaseAll();
            _input.Restore();
            _screen.Dispose();
            try
            {
                // An answer to anything: all of that has been done by now.
                _display.Atom("CLIPBOARD");
            }
            catch (XException)
            {
                // It went meanwhile, and everything with it.
            }
        }
        _display.Dispose();
    }

    void Take(byte[] message)
    {
        if (_screen.Take(message) || !_clipboard.Take(message))
            Changed?.Invoke();
    }
}
