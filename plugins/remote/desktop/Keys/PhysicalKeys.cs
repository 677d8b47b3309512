using System.Collections.Frozen;

namespace Breeze.Remote.Desktop.Keys;

/// <summary>The keys that a browser can tell of; every other name is ignored.</summary>
static class PhysicalKeys
{
    public static IReadOnlyList<PhysicalKey> All { get; } =
    [
        new("Escape", 1), new("Digit1", 2), new("Digit2", 3), new("Digit3", 4), new("Digit4", 5), new("Digit5", 6), new("Digit6", 7), new("Digit7", 8), new("Digit8", 9),
        new("Digit9", 10), new("Digit0", 11), new("Minus", 12), new("Equal", 13), new("Backspace", 14), new("Tab", 15),
        new("KeyQ", 16), new("KeyW", 17), new("KeyE", 18), new("KeyR", 19), new("KeyT", 20), new("KeyY", 21), new("KeyU", 22), new("KeyI", 23), new("KeyO", 24),
        new("KeyP", 25), new("BracketLeft", 26), new("BracketRight", 27), new("Enter", 28), new("ControlLeft", 29),
        new("KeyA", 30), new("KeyS", 31), new("KeyD", 32), new("KeyF", 33), new("KeyG", 34), new("KeyH", 35), new("KeyJ", 36), new("KeyK", 37), new("KeyL", 38),
        new("Semicolon", 39), new("Quote", 40), new("Backquote", 41), new("ShiftLeft", 42), new("Backslash", 43),
        new("KeyZ", 44), new("KeyX", 45), new("KeyC", 46), new("KeyV", 47), new("KeyB", 48), new("KeyN", 49), new("KeyM", 50), new("Comma", 51), new("Period", 52),
        new("Slash", 53), new("ShiftRight", 54), new("NumpadMultiply", 55), new("AltLeft", 56), new("Space", 57), new("CapsLock", 58),
        new("F1", 59), new("F2", 60), new("F3", 61), new("F4", 62), new("F5", 63), new("F6", 64), new("F7", 65), new("F8", 66), new("F9", 67), new("F10", 68),
        new("NumLock", 69), new("ScrollLock", 70),
        new("Numpad7", 71), new("Numpad8", 72), new("Numpad9", 73), new("NumpadSubtract", 74), new("Numpad4", 75), new("Numpad5", 76), new("Numpad6", 77),
        new("NumpadAdd", 78), new("Numpad1", 79), new("Numpad2", 80), new("Numpad3", 81), new("Numpad0", 82), new("NumpadDecimal", 83),
        new("Lang5", 85), new("IntlBackslash", 86), new("F11", 87), new("F12", 88), new("IntlRo", 89), new("Lang3", 90), new("Lang4", 91), new("Convert", 92),
        new("KanaMode", 93), new("NonConvert", 94),
        new("NumpadEnter", 96), new("ControlRight", 97), new("NumpadDivide", 98), new("PrintScreen", 99), new("AltRight", 100), new("Home", 102), new("ArrowUp", 103),
        new("PageUp", 104), new("ArrowLeft", 105), new("ArrowRight", 106), new("End", 107), new("ArrowDown", 108), new("PageDown", 109), new("Insert", 110),
        new("Delete", 111),
        new("AudioVolumeMute", 113), new("AudioVolumeDown", 114), new("AudioVolumeUp", 115), new("NumpadEqual", 117), new("Pause", 119), new("NumpadComma", 121),
        new("Lang1", 122), new("Lang2", 123), new("IntlYen", 124), new("MetaLeft", 125), new("MetaRight", 126), new("ContextMenu", 127),
        new("MediaTrackNext", 163), new("MediaPlayPause", 164), new("MediaTrackPrevious", 165), new("MediaStop", 166), new("F13", 183), new("F14", 184), new("F15", 185),
        new("F16", 186), new("F17", 187), new("F18", 188), new("F19", 189), new("F20", 190), new("F21", 191), new("F22", 192), new("F23", 193), new("F24", 194),
    ];

    static FrozenDictionary<string, PhysicalKey> ByCode { get; } = All.ToFrozenDictionary(key => key.Code, StringComparer.Ordinal);

    public static PhysicalKey? Find(string code) => ByCode.GetValueOrDefault(code);
}
