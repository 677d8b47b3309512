using System.Runtime.Intrinsics;

namespace Breeze.Remote.Desktop.Images;

/// <summary>
/// The cosine transform of an 8 by 8 block by Arai, Agui and Nakajima: eight columns at once, then the block turned and the same again. What it leaves out of each value is in
/// <see cref="Scale"/>, and so in the quantizer's table. The result is turned as well.
/// </summary>
static class Dct
{
    static readonly double[] Factors = [1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.541196100, 0.275899379];

    /// <summary>What a value of the result is too large by.</summary>
    public static double Scale(int row, int column) => 8 * Factors[row] * Factors[column];

    public static void Transform(Span<float> block)
    {
        Columns(block);
        for (var row = 0; row < 8; row++)
        {
            for (var column = row + 1; column < 8; column++)
                (block[row * 8 + column], block[column * 8 + row]) = (block[column * 8 + row], block[row * 8 + column]);
        }
        Columns(block);
    }

    static void Columns(Span<float> block)
    {
        var (a, b, c, d) = (Row(block, 0), Row(block, 1), Row(block, 2), Row(block, 3));
        var (e, f, g, h) = (Row(block, 4), Row(block, 5), Row(block, 6), Row(block, 7));
        var (t0, t7, t1, t6) = (a + h, a - h, b + g, b - g);
        var (t2, t5, t3, t4) = (c + f, c - f, d + e, d - e);

        var (p0, p3, p1, p2) = (t0 + t3, t0 - t3, t1 + t2, t1 - t2);
        Store(block, 0, p0 + p1);
        Store(block, 4, p0 - p1);
        var z1 = (p2 + p3) * 0.707106781f;
        Store(block, 2, p3 + z1);
        Store(block, 6, p3 - z1);

        var (q0, q1, q2) = (t4 + t5, t5 + t6, t6 + t7);
        var z5 = (q0 - q2) * 0.382683433f;
        var z2 = q0 * 0.541196100f + z5;
        var z4 = q2 * 1.306562965f + z5;
        var z3 = q1 * 0.707106781f;
        var (z11, z13) = (t7 + z3, t7 - z3);
        Store(block, 5, z13 + z2);
        Store(block, 3, z13 - z2);
        Store(block, 1, z11 + z4);
        Store(block, 7, z11 - z4);
    }

    static Vector256<float> Row(Span<float> block, int row) => Vector256.Create<float>(block.Slice(row * 8, 8));

    static void Store(Span<float> block, int row, Vector256<float> values) => values.CopyTo(block.Slice(row * 8, 8));
}
