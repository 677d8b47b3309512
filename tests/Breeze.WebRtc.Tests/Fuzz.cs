using System.Globalization;

namespace Breeze.WebRtc.Tests;

/// <summary>Broken inputs, the same in every run. BREEZE_FUZZ_ROUNDS sets how many (a million takes minutes).</summary>
static class Fuzz
{
    public static int Rounds(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("BREEZE_FUZZ_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : usual;

    /// <summary>A proper input with some of it changed, cut, doubled or replaced.</summary>
    public static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = (byte[])seed.Clone();
        for (var changes = random.Next(1, 6); changes > 0 && bytes.Length > 0; changes--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes = bytes[..at];
                    break;
                case 3:
                    bytes = [.. bytes[..at], .. bytes[at..], .. bytes[at..]];
                    break;
                case 4:
                    bytes[at] = 0xFF;
                    break;
                default:
                    random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 9), bytes.Length - at)));
                    break;
            }
            if (bytes.Length > 4000)
            {
                bytes = bytes[..4000];
            }
        }
        return bytes;
    }
}
