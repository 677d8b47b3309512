using System.Runtime.InteropServices;
using System.Threading.Channels;
using Breeze.X11;

namespace Breeze.Plugins.Tests.Remote.Desktop;

/// <summary>A program with one window on a display, which notes what is done in it.</summary>
sealed class TestWindow : IDisposable
{
    public const byte KeyPress = 2;
    public const byte KeyRelease = 3;
    public const byte ButtonPress = 4;
    public const byte ButtonRelease = 5;
    public const byte Motion = 6;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly Channel<(byte Kind, byte Detail, int X, int Y)> _events = Channel.CreateUnbounded<(byte, byte, int, int)>();
    readonly Channel<byte[]> _selections = Channel.CreateUnbounded<byte[]>();
    readonly uint _context;
    string _clipboard = "";

    public TestWindow(int display, int x, int y, int width, int height)
    {
        Display = XConnection.Open(display, []);
        Display.Events = Take;
        (Id, _context, Width, Height) = (Display.NewId(), Display.NewId(), width, height);
        const uint Background = 1 << 1, OverrideRedirect = 1 << 9, EventMask = 1 << 11;
        const uint Input = 0x1 | 0x2 | 0x4 | 0x8 | 0x40;
        Send(new XRequest(stackalloc byte[64], 1).U32(Id).U32(Display.Setup.Root).U16(x).U16(y).U16(width).U16(height).U16(0).U16(1).U32(0).U32(Background | OverrideRedirect | EventMask)
            .U32(0x204060).U32(1).U32(Input).Done());
        Send(new XRequest(stackalloc byte[16], 55).U32(_context).U32(Id).U32(0).Done());
        Send(new XRequest(stackalloc byte[8], 8).U32(Id).Done());
        Focus();
    }

    public XConnection Display { get; }

    public uint Id { get; }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Waits until the display has done all that was asked for.</summary>
    public void Sync() => Display.Atom("CLIPBOARD");

    public void Focus()
    {
        Send(new XRequest(stackalloc byte[16], 42, 0).U32(Id).U32(0).Done());
        Sync();
    }

    public void MoveTo(int x, int y)
    {
        Send(new XRequest(stackalloc byte[32], 12).U32(Id).U16(3).U16(0).U32((uint)x).U32((uint)y).Done());
        Sync();
    }

    /// <summary>Paints pixels somewhere in the window.</summary>
    public void Paint(int x, int y, int width, uint[] pixels)
    {
        var rows = Math.Max(1, 200_000 / 4 / width);
        for (var row = 0; row * width < pixels.Length; row += rows)
        {
            var piece = MemoryMarshal.AsBytes(pixels.AsSpan(row * width, Math.Min(rows * width, pixels.Length - row * width)));
            Send(new XRequest(new byte[piece.Length + 32], 72, 2).U32(Id).U32(_context).U16(width).U16(piece.Length / 4 / width).U16(x).U16(y + row).U8(0).U8(Display.Setup.Depth).U16(0)
                .Bytes(piece).Done());
        }
        Sync();
    }

    public void Fill(int x, int y, int width, int height, uint colour)
    {
        const uint Foreground = 4;
        Send(new XRequest(stackalloc byte[24], 56).U32(_context).U32(Foreground).U32(colour).Done());
        Send(new XRequest(stackalloc byte[24], 70).U32(Id).U32(_context).U16(x).U16(y).U16(width).U16(height).Done());
        Sync();
    }

    /// <summary>What the display itself says is on the screen.</summary>
    public uint[] Screen(int x, int y, int width, int height)
    {
        var answer = Display.Ask(new XRequest(stackalloc byte[24], 73, 2).U32(Display.Setup.Root).U16(x).U16(y).U16(width).U16(height).U32(uint.MaxValue).Done());
        var pixels = MemoryMarshal.Cast<byte, uint>(answer[32..])[..(width * height)].ToArray();
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] &= 0xffffff;
        return pixels;
    }

    /// <summary>The next thing that somebody does in the window.</summary>
    public async Task<(byte Kind, byte Detail, int X, int Y)> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await _events.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The next one of some kinds.</summary>
    public async Task<(byte Kind, byte Detail, int X, int Y)> NextAsync(params byte[] kinds)
    {
        while (true)
        {
            var next = await NextAsync();
            if (kinds.Contains(next.Kind))
                return next;
        }
    }

    /// <summary>How many keys the display takes for held down, and which buttons.</summary>
    public (int Keys, int Buttons) Held()
    {
        var keys = 0;
        foreach (var bits in Display.Ask(new XRequest(stackalloc byte[4], 44).Done())[8..40])
            keys += System.Numerics.BitOperations.PopCount(bits);
        return (keys, Display.Ask(new XRequest(stackalloc byte[8], 38).U32(Display.Setup.Root).Done()).U16(24) & 0x1f00);
    }

    /// <summary>What a key writes at present.</summary>
    public uint SymbolOf(byte key, bool shifted)
    {
        var answer = Display.Ask(new XRequest(stackalloc byte[8], 101).U8(key).U8(1).U16(0).Done());
        return answer.U32(32 + (shifted && answer[1] > 1 ? 4 : 0));
    }

    /// <summary>Puts a text on the clipboard, and gives it to whoever asks.</summary>
    public void Copy(string text)
    {
        _clipboard = text;
        Send(new XRequest(stackalloc byte[16], 22).U32(Id).U32(Display.Atom("CLIPBOARD")).U32(0).Done());
        Sync();
    }

    /// <summary>Asks whoever owns the clipboard for its text.</summary>
    public async Task<string> PasteAsync()
    {
        var property = Display.Atom("TEST_PASTE");
        Send(new XRequest(stackalloc byte[24], 24).U32(Id).U32(Display.Atom("CLIPBOARD")).U32(Display.Atom("UTF8_STRING")).U32(property).U32(0).Done());
        using var limit = new CancellationTokenSource(Patience);
        await _selections.Reader.ReadAsync(limit.Token);
        var answer = Display.Ask(new XRequest(stackalloc byte[24], 20, 1).U32(Id).U32(property).U32(0).U32(0).U32(1 << 20).Done());
        return System.Text.Encoding.UTF8.GetString(answer.Slice(32, (int)answer.U32(16)));
    }

    public void Dispose() => Display.Dispose();

    void Send(ReadOnlySpan<byte> request) => Display.Send(request);

    void Take(byte[] message)
    {
        ReadOnlySpan<byte> bytes = message;
        var kind = (byte)(message[0] & 0x7f);
        switch (kind)
        {
            case >= KeyPress and <= Motion:
                _events.Writer.TryWrite((kind, message[1], bytes.I16(20), bytes.I16(22)));
                break;
            case 30:
                Give(bytes);
                break;
            case 31:
                _selections.Writer.TryWrite(message);
                break;
        }
    }

    void Give(ReadOnlySpan<byte> request)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(_clipboard);
        var (requestor, property, target) = (request.U32(12), request.U32(24), request.U32(20));
        for (var at = 0; at == 0 || at < text.Length; at += 200_000)
        {
            var piece = text.AsSpan(at, Math.Min(200_000, text.Length - at));
            Send(new XRequest(new byte[piece.Length + 32], 18, (byte)(at == 0 ? 0 : 2)).U32(requestor).U32(property).U32(target).U8(8).Zeros(3).U32((uint)piece.Length).Bytes(piece).Done());
        }
        Span<byte> notice = stackalloc byte[32];
        notice.Clear();
        notice[0] = 31;
        BitConverter.TryWriteBytes(notice[4..], request.U32(4));
        BitConverter.TryWriteBytes(notice[8..], requestor);
        BitConverter.TryWriteBytes(notice[12..], request.U32(16));
        BitConverter.TryWriteBytes(notice[16..], target);
        BitConverter.TryWriteBytes(notice[20..], property);
        Send(new XRequest(stackalloc byte[44], 25).U32(requestor).U32(0).Bytes(notice).Done());
    }
}
