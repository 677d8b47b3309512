using System.Runtime.InteropServices;
using System.Text;
using Breeze.Remote.Desktop.Keys;
using Breeze.X11;

namespace Breeze.Remote.Desktop.X11;

/// <summary>Keyboard and pointer by the extension XTEST, which is how the display takes input that no hardware made.</summary>
sealed class XInput : IInput
{
    const byte KeyPress = 2;
    const byte KeyRelease = 3;
    const byte ButtonPress = 4;
    const byte ButtonRelease = 5;
    const byte Motion = 6;
    const byte EvdevOffset = 8;

    readonly XConnection _display;
    readonly byte _testing;
    readonly HashSet<byte> _keys = [];
    readonly HashSet<byte> _buttons = [];

    /// <summary>The character that each of the keyboard's unused keys writes at present, the longest unused first.</summary>
    readonly List<(byte Key, uint Symbol)> _spare = [];

    public XInput(XConnection display)
    {
        _display = display;
        _testing = display.Extension("XTEST")?.Opcode ?? throw new DesktopUnavailableException("The X display of this device takes no input: it is without the extension XTEST.");
        var keyboard = Keyboard.Read(display);
        for (var key = (int)display.Setup.LastKey; key >= display.Setup.FirstKey && _spare.Count < 8; key--)
        {
            if (keyboard.IsUnused(key))
                _spare.Add(((byte)key, 0));
        }
    }

    public void Move(int x, int y) => Fake(Motion, 0, (short)Math.Clamp(x, 0, short.MaxValue), (short)Math.Clamp(y, 0, short.MaxValue));

    public void Button(int button, bool down)
    {
        // The wheel's four are between those of a browser's third and fourth.
        byte? number = button switch { 0 => 1, 1 => 2, 2 => 3, 3 => 8, 4 => 9, _ => null };
        if (number is not { } known || (down ? !_buttons.Add(known) : !_buttons.Remove(known)))
            return;
        Fake(down ? ButtonPress : ButtonRelease, known);
    }

    public void Wheel(int horizontal, int vertical)
    {
        Turn(vertical, back: 4, forth: 5);
        Turn(horizontal, back: 6, forth: 7);
    }

    public void Key(PhysicalKey key, bool down)
    {
        var number = (byte)(key.Evdev + EvdevOffset);
        if (down)
            _keys.Add(number);
        else if (!_keys.Remove(number))
            return;
        Fake(down ? KeyPress : KeyRelease, number);
    }

    public void Write(string text)
    {
        // Read anew: the person at the device may have changed the layout.
        var keyboard = Keyboard.Read(_display);
        foreach (var character in text.EnumerateRunes())
        {
            if (Rune.IsControl(character) && character.Value is not ('\n' or '\r' or '\t' or '\b'))
                continue;
            var symbol = XKeysyms.Of(character);
            var (key, shifted) = keyboard.Find(symbol) ?? (Spare(symbol), false);
            if (key == 0)
                continue;
            var shift = (byte)(PhysicalKeys.Find("ShiftLeft")!.Evdev + EvdevOffset);
            if (shifted)
                Fake(KeyPress, shift);
            Fake(KeyPress, key);
            Fake(KeyRelease, key);
            if (shifted && !_keys.Contains(shift))
                Fake(KeyRelease, shift);
        }
    }

    public void ReleaseAll()
    {
        foreach (var key in _keys)
            Fake(KeyRelease, key);
        foreach (var button in _buttons)
            Fake(ButtonRelease, button);
        _keys.Clear();
        _buttons.Clear();
    }

    /// <summary>Gives back the keys that were borrowed for characters.</summary>
    public void Restore()
    {
        foreach (var (key, symbol) in _spare)
        {
            if (symbol != 0)
                Map(key, 0);
        }
    }

    void Turn(int steps, byte back, byte forth)
    {
        for (var i = Math.Min(Math.Abs(steps), 20); i > 0; i--)
        {
            Fake(ButtonPress, steps < 0 ? back : forth);
            Fake(ButtonRelease, steps < 0 ? back : forth);
        }
    }

    /// <summary>An unused key that writes it from now on; the one that was so used longest ago, as programs take a moment to see that a key has changed. 0 when there is none.</summary>
    byte Spare(uint symbol)
    {
        var at = _spare.FindIndex(spare => spare.Symbol == symbol);
        if (at < 0 && _spare.Count > 0)
        {
            at = 0;
            Map(_spare[0].Key, symbol);
        }
        if (at < 0)
            return 0;
        var key = _spare[at].Key;
        _spare.RemoveAt(at);
        _spare.Add((key, symbol));
        return key;
    }

    void Map(byte key, uint symbol) => _display.Send(new XRequest(stackalloc byte[16], 100, 1).U8(key).U8(2).U16(0).U32(symbol).U32(symbol).Done());

    void Fake(byte type, byte detail, short x = 0, short y = 0) => _display.Send(
        new XRequest(stackalloc byte[36], _testing, 2).U8(type).U8(detail).U16(0).U32(0).U32(type == Motion ? _display.Setup.Root : 0).Zeros(8).U16(x).U16(y).Zeros(7).U8(0).Done());

    /// <summary>Which key writes what, of the first group, with and without Shift.</summary>
    sealed class Keyboard(byte first, int width, uint[] symbols)
    {
        public static Keyboard Read(XConnection display)
        {
            var (first, last) = (display.Setup.FirstKey, display.Setup.LastKey);
            var answer = display.Ask(new XRequest(stackalloc byte[8], 101).U8(first).U8((byte)(last - first + 1)).U16(0).Done());
            return new(first, answer[1], MemoryMarshal.Cast<byte, uint>(answer[32..]).ToArray());
        }

        public bool IsUnused(int key) => !symbols.AsSpan((key - first) * width, width).ContainsAnyExcept(0u);

        public (byte Key, bool Shifted)? Find(uint symbol)
        {
            for (var level = 0; level < Math.Min(width, 2); level++)
            {
                for (var at = level; at < symbols.Length; at += width)
                {
                    if (symbols[at] == symbol)
                        return ((byte)(first + at / width), level == 1);
                }
            }
            return null;
        }
    }
}
