using System.Runtime.InteropServices;
using Breeze.Remote.Consent;
using Breeze.Remote.Consent.X11;
using Breeze.Sdk;
using Breeze.X11;

namespace Breeze.Plugins.Tests.Remote.Consent;

/// <summary>The person at a display: sees what is drawn there, and presses it.</summary>
sealed class ConsentPeer : IDisposable
{
    const byte Press = 4, Release = 5, Motion = 6;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly XConnection _display;
    readonly byte _testing;
    readonly string _name;

    public ConsentPeer(int display)
    {
        _display = XConnection.Open(display, []);
        _testing = _display.Extension("XTEST")!.Value.Opcode;
        _name = $":{display}";
    }

    public IPersonPrompt Prompt(TextTerminals? terminals = null)
    {
        var prompt = new ConsentPrompt();
        prompt.Start(new XPerson(new(_name, null), terminals ?? new("/nowhere", "/nowhere")), TimeProvider.System);
        return prompt;
    }

    /// <summary>Where something of a colour is: its middle, once it is on the screen, and elsewhere than it was.</summary>
    public async Task<(int X, int Y)> SeesAsync(uint colour, (int X, int Y)? before = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            if (Find(colour) is { } found && found != before)
                return found;
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Nothing of that colour is on the screen any more.</summary>
    public async Task SeesNoneAsync(uint colour)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (Find(colour) is not null)
            await Task.Delay(20, limit.Token);
    }

    /// <summary>Presses there until something has come of it: in its first moment a window takes no press.</summary>
    public async Task PressAsync((int X, int Y) at, Task until)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (!until.IsCompleted)
        {
            PressOnce(at);
            await Task.WhenAny(until, Task.Delay(100, limit.Token));
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    public void PressOnce((int X, int Y) at)
    {
        Fake(Motion, 0, at.X, at.Y);
        Fake(Press, 1, 0, 0);
        Fake(Release, 1, 0, 0);
        _display.Atom("CLIPBOARD");
    }

    /// <summary>A press that a program only says there was, in a window.</summary>
    public void Pretend((int X, int Y) at)
    {
        var tree = _display.Ask(new XRequest(stackalloc byte[8], 15).U32(_display.Setup.Root).Done());
        Span<byte> message = stackalloc byte[32];
        Span<byte> room = stackalloc byte[44];
        for (var i = 0; i < tree.U16(16); i++)
        {
            var window = tree.U32(32 + 4 * i);
            var geometry = _display.Ask(new XRequest(room, 14).U32(window).Done());
            message.Clear();
            (message[0], message[1]) = (Press, 1);
            BitConverter.TryWriteBytes(message[8..], _display.Setup.Root);
            BitConverter.TryWriteBytes(message[12..], window);
            BitConverter.TryWriteBytes(message[24..], (short)(at.X - geometry.I16(12)));
            BitConverter.TryWriteBytes(message[26..], (short)(at.Y - geometry.I16(14)));
            _display.Send(new XRequest(room, 25).U32(window).U32(1 << 2).Bytes(message).Done());
        }
        _display.Atom("CLIPBOARD");
    }

    public void Dispose() => _display.Dispose();

    (int X, int Y)? Find(uint colour)
    {
        var (width, height) = (_display.Setup.Width, _display.Setup.Height);
        var answer = _display.Ask(new XRequest(stackalloc byte[24], 73, 2).U32(_display.Setup.Root).U16(0).U16(0).U16(width).U16(height).U32(uint.MaxValue).Done());
        var pixels = MemoryMarshal.Cast<byte, uint>(answer[32..]);
        var (left, right, top, bottom) = (int.MaxValue, -1, int.MaxValue, -1);
        for (var i = 0; i < width * height; i++)
        {
            if ((pixels[i] & 0xffffff) == colour)
                (left, right, top, bottom) = (Math.Min(left, i % width), Math.Max(right, i % width), Math.Min(top, i / width), Math.Max(bottom, i / width));
        }
        return right < 0 ? null : ((left + right) / 2, (top + bottom) / 2);
    }

    void Fake(byte type, byte detail, int x, int y) => _display.Send(
        new XRequest(stackalloc byte[36], _testing, 2).U8(type).U8(detail).U16(0).U32(0).U32(type == Motion ? _display.Setup.Root : 0).Zeros(8).U16(x).U16(y).Zeros(7).U8(0).Done());
}
