using System.Text;
using System.Threading.Channels;
using Breeze.X11;

namespace Breeze.Remote.Consent.X11;

/// <summary>
/// A window of our own, which no window manager frames or moves: what is drawn in it, and what is pressed. It never takes the keyboard, so that nobody answers by a key that was meant for
/// something else.
/// </summary>
sealed class XSheet : IDisposable
{
    public const uint White = 0xffffff;
    const uint Foreground = 1 << 2, Background = 1 << 3, Font = 1 << 14;

    readonly Channel<XSheetEvent> _events = Channel.CreateUnbounded<XSheetEvent>();
    readonly uint _window;
    readonly uint _context;

    public XSheet(XConnection display, uint colour)
    {
        (Display, Type) = (display, new(display));
        (_window, _context) = (display.NewId(), display.NewId());
        const uint BackPixel = 1 << 1, BorderPixel = 1 << 3, OverrideRedirect = 1 << 9, EventMask = 1 << 11;
        const uint Press = 1 << 2, Exposure = 1 << 15, Visibility = 1 << 16;
        display.Events = Take;
        display.Send(new XRequest(stackalloc byte[64], 1).U32(_window).U32(display.Setup.Root).U16(0).U16(0).U16(1).U16(1).U16(0).U16(1).U32(0)
            .U32(BackPixel | BorderPixel | OverrideRedirect | EventMask).U32(colour).U32(colour).U32(1).U32(Press | Exposure | Visibility).Done());
        display.Send(new XRequest(stackalloc byte[32], 55).U32(_context).U32(_window).U32(Foreground | Background | Font).U32(White).U32(colour).U32(Type.Id).Done());
        const uint Name = 39, String = 31;
        var title = Encoding.Latin1.GetBytes(PromptText.Title);
        display.Send(new XRequest(new byte[32 + title.Length], 18).U32(_window).U32(Name).U32(String).U8(8).Zeros(3).U32((uint)title.Length).Bytes(title).Done());
        _ = display.Lost.ContinueWith(_ => _events.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public XConnection Display { get; }

    public XFont Type { get; }

    /// <summary>Somewhere, in front of everything.</summary>
    public void ShowAt(int x, int y, int width, int height)
    {
        const int Place = 1 | 2 | 4 | 8, Stack = 64;
        Display.Send(new XRequest(stackalloc byte[40], 12).U32(_window).U16(Place | Stack).U16(0).U32((uint)x).U32((uint)y).U32((uint)width).U32((uint)height).U32(0).Done());
        Display.Send(new XRequest(stackalloc byte[8], 8).U32(_window).Done());
    }

    public void Raise()
    {
        const int Stack = 64;
        Display.Send(new XRequest(stackalloc byte[16], 12).U32(_window).U16(Stack).U16(0).U32(0).Done());
    }

    public void Fill(int x, int y, int width, int height, uint colour)
    {
        Display.Send(new XRequest(stackalloc byte[16], 56).U32(_context).U32(Foreground).U32(colour).Done());
        Display.Send(new XRequest(stackalloc byte[20], 70).U32(_window).U32(_context).U16(x).U16(y).U16(width).U16(height).Done());
    }

    /// <summary>A line of text; y is its top.</summary>
    public void Write(int x, int y, string text, uint colour, uint ground)
    {
        Display.Send(new XRequest(stackalloc byte[20], 56).U32(_context).U32(Foreground | Background).U32(colour).U32(ground).Done());
        Type.Write(_window, _context, x, y + Type.Ascent, text);
    }

    public void Draw(XButton button)
    {
        Fill(button.X, button.Y, button.Width, button.Height, button.Colour);
        Write(button.X + (button.Width - Type.WidthOf(button.Text)) / 2, button.Y + (button.Height - Type.Height) / 2, button.Text, White, button.Colour);
    }

    /// <summary>The next thing that happens; null when nothing has for so long. Throws an <see cref="XException"/> when the display is gone.</summary>
    public async Task<XSheetEvent?> NextAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return await _events.Reader.ReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (ChannelClosedException)
        {
            throw new XException("The display is gone.");
        }
    }

    public void Dispose() => Display.Dispose();

    /// <summary>On the thread that reads. What another program sends in the name of the mouse has the highest bit, and does not count.</summary>
    void Take(byte[] message)
    {
        const byte ButtonPress = 4, Expose = 12, VisibilityNotify = 15, Unobscured = 0, LeftButton = 1;
        ReadOnlySpan<byte> bytes = message;
        XSheetEvent? happened = message[0] switch
        {
            ButtonPress when message[1] == LeftButton => new(XSheetEventKind.Pressed, bytes.I16(24), bytes.I16(26)),
            Expose when bytes.U16(16) == 0 => new(XSheetEventKind.Exposed, 0, 0),
            VisibilityNotify when message[8] != Unobscured => new(XSheetEventKind.Covered, 0, 0),
            _ => null,
        };
        if (happened is { } known)
            _events.Writer.TryWrite(known);
    }
}
