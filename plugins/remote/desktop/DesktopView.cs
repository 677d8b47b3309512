using System.Buffers;
using Breeze.Remote.Desktop.Frames;
using Breeze.Remote.Desktop.Images;
using Breeze.Remote.Desktop.Wire;
using Breeze.Sdk;

namespace Breeze.Remote.Desktop;

/// <summary>
/// Shows a desktop: looks when something has changed and the browser has room, sends the tiles that differ, and makes sharp what stands still. A browser that is slow gets fewer frames, never
/// older ones.
/// </summary>
sealed class DesktopView(IDesktop desktop, ShowState state, ToBrowser browser, RemoteSessionRequest request)
{
    const long BetweenFrames = 1000 / 32;

    /// <summary>How long a tile stands still before it is made sharp, in milliseconds, and how many are at once.</summary>
    const long Still = 300;
    const int MostSharpened = 24;
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>How often it is asked where the pointer is: a display does not tell.</summary>
    static readonly TimeSpan BetweenPointers = TimeSpan.FromMilliseconds(100);

    readonly IScreenCapture _screen = desktop.Screen;
    readonly Jpeg _jpeg = new();
    readonly ArrayBufferWriter<byte> _image = new(64 << 10);
    Picture _picture = new(1, 1);
    DesktopMonitor _monitor = new("", 0, 0, 0, 0);
    (int X, int Y) _pointer = (-1, -1);
    int _number = -1;
    bool _all;
    long _last;

    public void Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = Environment.TickCount64;
            if (_screen.TakeMonitorChange() | _number != state.Monitor)
                Choose();
            if (_screen.TakeCursor() is { } cursor)
                browser.Send(cursor);
            TellClipboard(cancellationToken);
            TellPointer();
            while (state.Pings.TryDequeue(out var ping))
                browser.SendPong(ping);
            if (state.Pace.HasRoom && now - _last >= BetweenFrames && Look(now))
                SendFrame(Cutting.Cut(_picture), now);
            else if (state.Pace.IsIdle && state.Sharpness != Sharpness.Small && _picture.Blurred(now - Still, MostSharpened) is { Count: > 0 } blurred)
                SendFrame([.. blurred.Select(area => new Piece(area, IsPhoto: false))], now);
            state.Wait(Pause(now), cancellationToken);
        }
    }

    TimeSpan Pause(long now)
    {
        var next = _last + BetweenFrames - now;
        var longest = request.ViewOnly ? BetweenPointers : Longest;
        return !state.Pace.HasRoom ? longest : next > 0 ? TimeSpan.FromMilliseconds(next) : _picture.IsBlurred ? TimeSpan.FromMilliseconds(Still / 4) : longest;
    }

    void Choose()
    {
        var monitors = _screen.Monitors;
        _number = state.Monitor = Math.Clamp(state.Monitor, 0, monitors.Count - 1);
        state.Shown = _monitor = monitors[_number];
        _picture = new(_monitor.Width, _monitor.Height);
        _all = true;
        browser.Send(new DesktopInfo(desktop.Name, [.. monitors.Select(m => new MonitorInfo(m.Name, m.Width, m.Height))], _number, request.ViewOnly));
    }

    void TellClipboard(CancellationToken cancellationToken)
    {
        if (request.ViewOnly || desktop.Clipboard.TakeText() is not { } text)
            return;
        browser.SendClipboard(text);
        request.ActivityLog?.WriteAsync(new RemoteActivity("clipboard_received", "text") { Bytes = System.Text.Encoding.UTF8.GetByteCount(text) }, cancellationToken).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Who has control sees their own pointer; who looks on wants to see that of the others.</summary>
    void TellPointer()
    {
        if (!request.ViewOnly || _screen.Pointer() is var pointer && pointer == _pointer)
            return;
        _pointer = pointer;
        browser.SendPointer(pointer.X - _monitor.X, pointer.Y - _monitor.Y);
    }

    /// <summary>Whether the browser's picture is not the monitor's any more.</summary>
    bool Look(long now)
    {
        if ((_screen.TakeChange(_monitor) is { } rows ? rows : _all ? (0, _monitor.Height) : ((int Top, int Height)?)null) is not var (top, height))
            return false;
        if (_all)
            (top, height, _all) = (0, _monitor.Height, false);
        _picture.Take(_screen.Grab(_monitor, top, height), top, now);
        return _picture.IsStale;
    }

    void SendFrame(List<Piece> pieces, long now)
    {
        _last = now;
        var number = state.Pace.Begin(now);
        foreach (var (area, isPhoto) in pieces)
        {
            _image.ResetWrittenCount();
            var format = ImageFormat.Jpeg;
            if (isPhoto && state.Sharpness != Sharpness.Exact)
                _jpeg.Write(_picture, area, state.Sharpness == Sharpness.Small ? 30 : state.Pace.Quality, _image);
            else
                format = Png.Write(_picture, area, _image);
            browser.Send(area, format, _image.WrittenSpan);
            _picture.Sent(area, sharp: format != ImageFormat.Jpeg);
        }
        browser.EndFrame(number);
    }
}
