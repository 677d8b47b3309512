using System.Text;
using Breeze.X11;

namespace Breeze.Remote.Desktop.X11;

/// <summary>
/// The selection CLIPBOARD. It lives in whoever owns it, so what we put there is gone with the session unless somebody keeps it. Everything but the two calls of the interface
/// happens on the connection's reading thread and asks for nothing that it would have to wait for.
/// </summary>
sealed class XClipboard : IClipboard
{
    const int Piece = 192 << 10;
    const byte Replace = 0;
    const byte Append = 2;

    readonly XConnection _display;
    readonly byte? _noticeEvent;
    readonly uint _window;
    readonly uint _clipboard;
    readonly uint _utf8;
    readonly uint _targets;
    readonly uint _property;
    readonly uint _incremental;
    readonly Action _changed;
    readonly Lock _gate = new();
    readonly Lock _reading = new();
    byte[]? _ours;
    string? _theirs;

    /// <summary>A text that comes in pieces.</summary>
    MemoryStream? _pieces;

    public XClipboard(XConnection display, Action changed)
    {
        (_display, _changed) = (display, changed);
        (_clipboard, _utf8, _targets) = (display.Atom("CLIPBOARD"), display.Atom("UTF8_STRING"), display.Atom("TARGETS"));
        (_property, _incremental) = (display.Atom("BREEZE_CLIPBOARD"), display.Atom("INCR"));
        _window = display.NewId();
        const uint EventMask = 1 << 11, PropertyChange = 1 << 22;
        display.Send(new XRequest(stackalloc byte[40], 1).U32(_window).U32(display.Setup.Root).U16(-10).U16(-10).U16(1).U16(1).U16(0).U16(2).U32(0).U32(EventMask).U32(PropertyChange).Done());
        if (display.Extension("XFIXES") is { } fixes)
        {
            _noticeEvent = fixes.FirstEvent;
            display.Send(new XRequest(stackalloc byte[16], fixes.Opcode, 2).U32(_window).U32(_clipboard).U32(1).Done());
        }
    }

    public string? TakeText()
    {
        lock (_gate)
        {
            var text = _theirs;
            _theirs = null;
            return text;
        }
    }

    public void Put(string text)
    {
        lock (_gate)
            _ours = Encoding.UTF8.GetBytes(text);
        _display.Send(new XRequest(stackalloc byte[16], 22).U32(_window).U32(_clipboard).U32(0).Done());
    }

    /// <summary>Takes an event in; false when it is none of the clipboard's.</summary>
    public bool Take(ReadOnlySpan<byte> message)
    {
        const byte PropertyNotify = 28, SelectionClear = 29, SelectionRequest = 30, SelectionNotify = 31;
        var kind = message[0] & 0x7f;
        if (kind == _noticeEvent)
        {
            var owner = message.U32(8);
            if (owner != 0 && owner != _window && message.U32(12) == _clipboard)
                _display.Send(new XRequest(stackalloc byte[24], 24).U32(_window).U32(_clipboard).U32(_utf8).U32(_property).U32(message.U32(16)).Done());
            return true;
        }
        switch (kind)
        {
            case SelectionNotify when message.U32(8) == _window && message.U32(20) == _property:
                Fetch();
                return true;
            case PropertyNotify when message.U32(4) == _window && message.U32(8) == _property && message[16] == 0 && _pieces is not null:
                Fetch();
                return true;
            case SelectionRequest:
                Answer(message);
                return true;
            case SelectionClear:
                lock (_gate)
                    _ours = null;
                return true;
            default:
                return kind == PropertyNotify;
        }
    }

    /// <summary>What was written to our property, which is deleted by reading it. Off the reading thread, because it waits for an answer.</summary>
    void Fetch() => Task.Run(() =>
    {
        try
        {
            lock (_reading)
                Read();
        }
        catch (XException)
        {
            // The display is gone; the session finds out by itself.
        }
    });

    void Read()
    {
        var answer = _display.Ask(new XRequest(stackalloc byte[24], 20, 1).U32(_window).U32(_property).U32(0).U32(0).U32(IClipboard.Largest / 4 + 1).Done());
        var (type, left) = (answer.U32(8), answer.U32(12));
        var bytes = answer.Slice(32, (int)Math.Min(answer.U32(16) * (answer[1] / 8u), (uint)answer.Length - 32));
        if (type == 0)
            return;
        if (type == _incremental)
        {
            _pieces = new MemoryStream();
            return;
        }
        if (left > 0)
        {
            // Too large for us; it has to be deleted for the next one to come.
            _display.Send(new XRequest(stackalloc byte[12], 19).U32(_window).U32(_property).Done());
            _pieces = null;
            return;
        }
        if (_pieces is { } pieces)
        {
            if (bytes.Length > 0)
            {
                if (pieces.Length + bytes.Length <= IClipboard.Largest)
                    pieces.Write(bytes);
                return;
            }
            bytes = pieces.ToArray();
            _pieces = null;
        }
        if (bytes.Length is 0 or > IClipboard.Largest)
            return;
        lock (_gate)
            _theirs = Encoding.UTF8.GetString(bytes);
        _changed();
    }

    /// <summary>Somebody on the desktop pastes what we put there.</summary>
    void Answer(ReadOnlySpan<byte> request)
    {
        const uint AtomType = 4;
        var (time, requestor, selection, target, property) = (request.U32(4), request.U32(12), request.U32(16), request.U32(20), request.U32(24));
        byte[]? text;
        lock (_gate)
            text = _ours;
        if (property == 0)
            property = target;
        if (text is null || selection != _clipboard)
            property = 0;
        else if (target == _targets)
            _display.Send(new XRequest(stackalloc byte[32], 18, Replace).U32(requestor).U32(property).U32(AtomType).U8(32).Zeros(3).U32(2).U32(_targets).U32(_utf8).Done());
        else if (target == _utf8)
            Write(requestor, property, text);
        else
            property = 0;
        const byte Sent = 31;
        Span<byte> notice = stackalloc byte[32];
        notice.Clear();
        notice[0] = Sent;
        BitConverter.TryWriteBytes(notice[4..], time);
        BitConverter.TryWriteBytes(notice[8..], requestor);
        BitConverter.TryWriteBytes(notice[12..], selection);
        BitConverter.TryWriteBytes(notice[16..], target);
        BitConverter.TryWriteBytes(notice[20..], property);
        _display.Send(new XRequest(stackalloc byte[44], 25).U32(requestor).U32(0).Bytes(notice).Done());
    }

    void Write(uint requestor, uint property, ReadOnlySpan<byte> text)
    {
        var buffer = new byte[Piece + 32];
        var mode = Replace;
        do
        {
            var piece = text[..Math.Min(Piece, text.Length)];
            _display.Send(new XRequest(buffer, 18, mode).U32(requestor).U32(property).U32(_utf8).U8(8).Zeros(3).U32((uint)piece.Length).Bytes(piece).Done());
            text = text[piece.Length..];
            mode = Append;
        }
        while (!text.IsEmpty);
    }
}
