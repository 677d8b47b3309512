using System.Runtime.InteropServices;
using System.Text;
using Breeze.X11;

namespace Breeze.Remote.Desktop.X11;

/// <summary>The picture, by the extensions that a display has: MIT-SHM saves copying it, DAMAGE looking for what changed, RANDR knows the monitors.</summary>
sealed class XScreen : IScreenCapture, IDisposable
{
    readonly XConnection _display;
    readonly byte? _sharing;
    readonly (byte Opcode, byte FirstEvent)? _damage;
    readonly (byte Opcode, byte FirstEvent)? _monitors;
    readonly (byte Opcode, byte FirstEvent)? _fixes;
    readonly uint _damageId;
    SharedMemory? _memory;
    uint _segment;
    bool _withoutSharing;
    bool _changed = true;
    volatile bool _cursorChanged = true;
    volatile bool _monitorsChanged;
    int _top;
    int _bottom = int.MaxValue;
    readonly Lock _gate = new();

    public XScreen(XConnection display)
    {
        _display = display;
        _sharing = display.Extension("MIT-SHM")?.Opcode;
        _fixes = display.Extension("XFIXES");
        _damage = display.Extension("DAMAGE");
        _monitors = display.Extension("RANDR");
        Span<byte> room = stackalloc byte[32];
        if (_fixes is { } fixes)
        {
            display.Ask(new XRequest(room, fixes.Opcode, 0).U32(5).U32(0).Done());
            display.Send(new XRequest(room, fixes.Opcode, 3).U32(display.Setup.Root).U32(1).Done());
        }
        if (_monitors is { } monitors)
        {
            var version = display.Ask(new XRequest(room, monitors.Opcode, 0).U32(1).U32(5).Done());
            _monitors = (version.U32(8), version.U32(12)) is (> 1, _) or (1, >= 5) ? monitors : null;
            // Of screens, outputs and what shows on them.
            display.Send(new XRequest(room, monitors.Opcode, 4).U32(display.Setup.Root).U16(7).U16(0).Done());
        }
        if (_damage is { } damage)
        {
            display.Ask(new XRequest(room, damage.Opcode, 0).U32(1).U32(1).Done());
            _damageId = display.NewId();
            const byte BoundingBox = 2;
            display.Send(new XRequest(room, damage.Opcode, 1).U32(_damageId).U32(display.Setup.Root).U8(BoundingBox).Zeros(3).Done());
        }
        Monitors = ReadMonitors();
    }

    public IReadOnlyList<DesktopMonitor> Monitors { get; private set; }

    /// <summary>Takes an event in; false when it is none of the screen's.</summary>
    public bool Take(ReadOnlySpan<byte> message)
    {
        var kind = message[0] & 0x7f;
        if (kind == _damage?.FirstEvent)
        {
            lock (_gate)
            {
                var (top, bottom) = (message.I16(18), message.I16(18) + message.U16(22));
                (_top, _bottom) = _changed ? (Math.Min(_top, top), Math.Max(_bottom, bottom)) : (top, bottom);
                _changed = true;
            }
        }
        else if (kind == _fixes?.FirstEvent + 1)
            _cursorChanged = true;
        else if (kind == _monitors?.FirstEvent || kind == _monitors?.FirstEvent + 1)
            _monitorsChanged = true;
        else
            return false;
        return true;
    }

    public bool TakeMonitorChange()
    {
        if (!_monitorsChanged)
            return false;
        _monitorsChanged = false;
        var now = ReadMonitors();
        if (now.SequenceEqual(Monitors))
            return false;
        Monitors = now;
        lock (_gate)
            (_changed, _top, _bottom) = (true, 0, int.MaxValue);
        return true;
    }

    public (int Top, int Height)? TakeChange(DesktopMonitor monitor)
    {
        int top, bottom;
        lock (_gate)
        {
            if (!_changed)
                return null;
            (top, bottom) = (Math.Max(_top, monitor.Y), Math.Min(_bottom, monitor.Y + monitor.Height));
            // Without damage there is no way to know but to look.
            _changed = _damage is null;
        }
        if (_damage is { } damage)
            _display.Send(new XRequest(stackalloc byte[16], damage.Opcode, 3).U32(_damageId).U32(0).U32(0).Done());
        return bottom > top ? (top - monitor.Y, bottom - top) : null;
    }

    public ReadOnlySpan<uint> Grab(DesktopMonitor monitor, int top, int height)
    {
        var count = monitor.Width * height;
        if (!_withoutSharing && _sharing is { } sharing && Room(sharing, monitor.Width * monitor.Height * sizeof(uint)) is { } memory)
        {
            _display.Ask(new XRequest(stackalloc byte[40], sharing, 4).U32(_display.Setup.Root).U16(monitor.X).U16(monitor.Y + top).U16(monitor.Width).U16(height)
                .U32(uint.MaxValue).U8(2).Zeros(3).U32(_segment).U32(0).Done());
            return memory.Pixels[..count];
        }
        var picture = _display.Ask(new XRequest(stackalloc byte[24], 73, 2).U32(_display.Setup.Root).U16(monitor.X).U16(monitor.Y + top).U16(monitor.Width).U16(height).U32(uint.MaxValue).Done());
        return MemoryMarshal.Cast<byte, uint>(picture[32..])[..count];
    }

    public CursorShape? TakeCursor()
    {
        if (!_cursorChanged || _fixes is not { } fixes)
            return null;
        _cursorChanged = false;
        var answer = _display.Ask(new XRequest(stackalloc byte[4], fixes.Opcode, 4).Done());
        var (width, height) = (answer.U16(12), answer.U16(14));
        var pixels = MemoryMarshal.Cast<byte, uint>(answer[32..])[..(width * height)].ToArray();
        foreach (ref var pixel in pixels.AsSpan())
            pixel = Straight(pixel);
        return new(width, height, Math.Min(answer.U16(16), width), Math.Min(answer.U16(18), height), pixels);
    }

    public (int X, int Y) Pointer()
    {
        var answer = _display.Ask(new XRequest(stackalloc byte[8], 38).U32(_display.Setup.Root).Done());
        return (answer.I16(16), answer.I16(18));
    }

    public void Dispose() => Release();

    /// <summary>Memory for a whole monitor; null when this display and we cannot share any, as when it runs elsewhere.</summary>
    SharedMemory? Room(byte sharing, int size)
    {
        if (_memory?.Size >= size)
            return _memory;
        Release();
        if (SharedMemory.Create(size, _display.ServerUser) is { } memory)
        {
            _segment = _display.NewId();
            _display.Send(new XRequest(stackalloc byte[16], sharing, 1).U32(_segment).U32((uint)memory.Id).U8(0).Zeros(3).Done());
            try
            {
                // A try of one pixel: it has attached by now, or refuses.
                _display.Ask(new XRequest(stackalloc byte[40], sharing, 4).U32(_display.Setup.Root).U16(0).U16(0).U16(1).U16(1).U32(uint.MaxValue).U8(2).Zeros(3).U32(_segment).U32(0).Done());
                memory.Forget();
                return _memory = memory;
            }
            catch (XException) when (!_display.Lost.IsCompleted)
            {
                memory.Forget();
                memory.Dispose();
            }
        }
        _withoutSharing = true;
        return null;
    }

    void Release()
    {
        if (_memory is null || _sharing is not { } sharing)
            return;
        _display.Send(new XRequest(stackalloc byte[8], sharing, 2).U32(_segment).Done());
        _memory.Dispose();
        _memory = null;
    }

    List<DesktopMonitor> ReadMonitors()
    {
        var monitors = new List<(DesktopMonitor Monitor, bool First)>();
        if (_monitors is { } extension)
        {
            var answer = _display.Ask(new XRequest(stackalloc byte[12], extension.Opcode, 42).U32(_display.Setup.Root).U8(1).Zeros(3).Done());
            var at = 32;
            for (var left = answer.U32(12); left > 0; left--)
            {
                var monitor = new DesktopMonitor(NameOf(answer.U32(at)), answer.I16(at + 8), answer.I16(at + 10), answer.U16(at + 12), answer.U16(at + 14));
                monitors.Add((monitor, answer[at + 4] != 0));
                at += 24 + 4 * answer.U16(at + 6);
            }
        }
        // A monitor that is cut off by the screen could not be read at all.
        var geometry = _display.Ask(new XRequest(stackalloc byte[8], 14).U32(_display.Setup.Root).Done());
        var (width, height) = (geometry.U16(16), geometry.U16(18));
        monitors.RemoveAll(m => m.Monitor is not { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 } || m.Monitor.X + m.Monitor.Width > width || m.Monitor.Y + m.Monitor.Height > height);
        return monitors.Count == 0 ? [new("Screen", 0, 0, width, height)] : [.. monitors.OrderByDescending(m => m.First).Select(m => m.Monitor)];
    }

    string NameOf(uint atom)
    {
        if (atom == 0)
            return "Monitor";
        var answer = _display.Ask(new XRequest(stackalloc byte[8], 17).U32(atom).Done());
        return Encoding.Latin1.GetString(answer.Slice(32, Math.Min((int)answer.U16(8), 100)));
    }

    /// <summary>The display multiplies colours by alpha, pictures for browsers do not.</summary>
    static uint Straight(uint pixel)
    {
        var alpha = pixel >> 24;
        if (alpha is 0 or 255)
            return alpha == 0 ? 0 : pixel;
        uint Part(int shift) => Math.Min(255, ((pixel >> shift) & 0xff) * 255 / alpha) << shift;
        return alpha << 24 | Part(16) | Part(8) | Part(0);
    }
}
