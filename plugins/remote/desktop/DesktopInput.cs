using System.Buffers.Binary;
using System.Text;
using Breeze.Remote.Desktop.Keys;
using Breeze.Remote.Desktop.Wire;
using Breeze.Sdk;

namespace Breeze.Remote.Desktop;

/// <summary>Does what the technician does. In a session that may only look it hears what concerns the picture and nothing else.</summary>
sealed class DesktopInput(IDesktop desktop, ShowState state, RemoteSessionRequest request)
{
    const int MostPings = 16;

    /// <summary>A text for the clipboard that comes in pieces.</summary>
    MemoryStream _clipboard = new();

    public async Task RunAsync(IRemoteChannel channel, CancellationToken cancellationToken)
    {
        await foreach (var message in channel.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (message.Length == 0)
                continue;
            if (!TakeView(message.Span) && !request.ViewOnly && !TakeControl(message.Span) && TakeClipboard(message.Span) is { } text)
            {
                desktop.Clipboard.Put(text);
                if (request.ActivityLog is { } log)
                    await log.WriteAsync(new RemoteActivity("clipboard_sent", "text") { Bytes = System.Text.Encoding.UTF8.GetByteCount(text) }, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    bool TakeView(ReadOnlySpan<byte> message)
    {
        switch (message)
        {
            case [FromBrowser.Shown, _, _, _, _]:
                state.Pace.Shown(BinaryPrimitives.ReadUInt32BigEndian(message[1..]), Environment.TickCount64);
                break;
            case [FromBrowser.Monitor, var monitor]:
                state.Monitor = monitor;
                break;
            case [FromBrowser.Quality, <= (byte)Sharpness.Small and var sharpness]:
                state.Sharpness = (Sharpness)sharpness;
                break;
            case [FromBrowser.Ping, _, _, _, _]:
                if (state.Pings.Count < MostPings)
                    state.Pings.Enqueue(BinaryPrimitives.ReadUInt32BigEndian(message[1..]));
                break;
            default:
                return false;
        }
        state.Wake();
        return true;
    }

    bool TakeControl(ReadOnlySpan<byte> message)
    {
        switch (message)
        {
            case [FromBrowser.Move, _, _, _, _]:
                Move(message[1..]);
                break;
            case [FromBrowser.Button, var button, var down, _, _, _, _]:
                Move(message[3..]);
                desktop.Input.Button(button, down != 0);
                break;
            case [FromBrowser.Wheel, _, _, _, _]:
                desktop.Input.Wheel(BinaryPrimitives.ReadInt16BigEndian(message[1..]), BinaryPrimitives.ReadInt16BigEndian(message[3..]));
                break;
            case [FromBrowser.Key, var down, .. { Length: < 32 } code]:
                if (PhysicalKeys.Find(Encoding.ASCII.GetString(code)) is { } key)
                    desktop.Input.Key(key, down != 0);
                break;
            case [FromBrowser.Text, .. { Length: <= FromBrowser.LargestText } text]:
                desktop.Input.Write(Encoding.UTF8.GetString(text));
                break;
            case [FromBrowser.Release]:
                desktop.Input.ReleaseAll();
                break;
            default:
                return false;
        }
        return true;
    }

    /// <summary>The whole text, when this was its last piece and it is not too large.</summary>
    string? TakeClipboard(ReadOnlySpan<byte> message)
    {
        if (message is not [FromBrowser.Clipboard, var isLast, .. var piece])
            return null;
        if (_clipboard.Length <= IClipboard.Largest)
            _clipboard.Write(piece);
        if (isLast == 0)
            return null;
        var text = _clipboard;
        _clipboard = new();
        return text.Length <= IClipboard.Largest ? Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length) : null;
    }

    void Move(ReadOnlySpan<byte> place)
    {
        if (state.Shown is not { } monitor)
            return;
        var (x, y) = (BinaryPrimitives.ReadUInt16BigEndian(place), BinaryPrimitives.ReadUInt16BigEndian(place[2..]));
        desktop.Input.Move(monitor.X + Math.Min(x, monitor.Width - 1), monitor.Y + Math.Min(y, monitor.Height - 1));
    }
}
