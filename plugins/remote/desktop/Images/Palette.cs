using Breeze.Remote.Desktop.Frames;

namespace Breeze.Remote.Desktop.Images;

/// <summary>The colours of an area, each with its number.</summary>
ref struct Palette
{
    public const int Largest = 256;
    const int Slots = 1024;
    const uint Used = 1u << 24;

    readonly Span<uint> _keys;
    readonly Span<byte> _numbers;
    readonly Span<uint> _colours;
    readonly int _limit;
    int _lastNumber;
    uint _last;

    /// <param name="slots">Room for 1024, zero.</param>
    /// <param name="numbers">Room for 1024.</param>
    /// <param name="colours">Room for 256.</param>
    Palette(Span<uint> slots, Span<byte> numbers, Span<uint> colours, int limit)
    {
        _keys = slots;
        _numbers = numbers;
        _colours = colours;
        _limit = limit;
    }

    public int Length { get; private set; }

    /// <summary>How many colours an area has; stops at more than <paramref name="limit"/>, which is at most 255.</summary>
    public static int Count(Picture picture, Area area, int limit)
    {
        Span<uint> slots = stackalloc uint[Slots];
        slots.Clear();
        var palette = new Palette(slots, stackalloc byte[Slots], stackalloc uint[Largest], limit + 1);
        for (var y = area.Y; y < area.Y + area.Height; y++)
        {
            foreach (var pixel in picture.Pixels.Slice(y * picture.Width + area.X, area.Width))
            {
                if (palette.NumberOf(pixel) < 0 || palette.Length > limit)
                    return limit + 1;
            }
        }
        return palette.Length;
    }

    /// <summary>The area in numbers of colours, one byte for each pixel; false when it has more than 256 of them.</summary>
    public static bool TryIndex(Picture picture, Area area, Span<byte> indices, Span<uint> colours, out int count)
    {
        Span<uint> slots = stackalloc uint[Slots];
        slots.Clear();
        var palette = new Palette(slots, stackalloc byte[Slots], colours, Largest);
        var at = 0;
        count = 0;
        for (var y = area.Y; y < area.Y + area.Height; y++)
        {
            foreach (var pixel in picture.Pixels.Slice(y * picture.Width + area.X, area.Width))
            {
                if (palette.NumberOf(pixel) is var number && number < 0)
                    return false;
                indices[at++] = (byte)number;
            }
        }
        count = palette.Length;
        return true;
    }

    /// <summary>-1 when there is no room for another colour.</summary>
    int NumberOf(uint pixel)
    {
        var key = pixel & 0xffffff | Used;
        if (key == _last)
            return _lastNumber;
        var slot = (int)(key * 2654435761 >> 22);
        while (_keys[slot] != key)
        {
            if (_keys[slot] == 0)
            {
                if (Length == _limit)
                    return -1;
                (_keys[slot], _numbers[slot], _colours[Length]) = (key, (byte)Length, pixel & 0xffffff);
                Length++;
                break;
            }
            slot = (slot + 1) & (Slots - 1);
        }
        (_last, _lastNumber) = (key, _numbers[slot]);
        return _lastNumber;
    }
}
