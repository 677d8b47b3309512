namespace Breeze.Fleet;

/// <summary>Random numbers that depend on the seed and the device alone, however the devices' work is interleaved.</summary>
struct Dice(int seed, int index)
{
    ulong _state = Mix(((ulong)(uint)seed << 32) | (uint)index);

    /// <summary>From 0 up to but not 1.</summary>
    public double Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    public int Next(int below) => (int)(Next() * below);

    public bool Chance(double probability) => Next() < probability;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];

    // SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
