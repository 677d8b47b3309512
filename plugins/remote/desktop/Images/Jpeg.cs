using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using Breeze.Remote.Desktop.Frames;

namespace Breeze.Remote.Desktop.Images;

/// <summary>
/// Small images of what has many colours: baseline JPEG, colours at half the resolution. One for each session, as it keeps its tables and memory; used by one thread.
/// </summary>
sealed class Jpeg
{
    static readonly HuffmanCodes[] Dc = [new(JpegTables.LuminanceDc), new(JpegTables.ChrominanceDc)];
    static readonly HuffmanCodes[] Ac = [new(JpegTables.LuminanceAc), new(JpegTables.ChrominanceAc)];

    readonly byte[][] _steps = [new byte[64], new byte[64]];
    readonly float[][] _factors = [new float[64], new float[64]];
    readonly float[] _luminance = new float[256];
    readonly float[] _blue = new float[64];
    readonly float[] _red = new float[64];
    readonly int[] _last = new int[3];
    int _quality;

    /// <param name="quality">1 to 100.</param>
    public void Write(Picture picture, Area area, int quality, ArrayBufferWriter<byte> target)
    {
        Prepare(quality);
        Begin(target, area);
        var bits = new JpegBits(target);
        Array.Clear(_last);
        for (var y = 0; y < area.Height; y += 16)
        {
            for (var x = 0; x < area.Width; x += 16)
            {
                Take(picture, area, x, y);
                for (var part = 0; part < 4; part++)
                    WriteBlock(ref bits, _luminance.AsSpan(part * 64, 64), 0, ref _last[0]);
                WriteBlock(ref bits, _blue, 1, ref _last[1]);
                WriteBlock(ref bits, _red, 1, ref _last[2]);
            }
        }
        bits.Finish();
        target.Write((ReadOnlySpan<byte>)[0xff, 0xd9]);
    }

    void Prepare(int quality)
    {
        if (quality == _quality)
            return;
        _quality = quality;
        // The scale that everybody's quality means.
        var scale = quality < 50 ? 5000 / quality : 200 - quality * 2;
        for (var table = 0; table < 2; table++)
        {
            var usual = table == 0 ? JpegTables.Luminance : JpegTables.Chrominance;
            for (var i = 0; i < 64; i++)
            {
                var step = Math.Clamp((usual[i] * scale + 50) / 100, 1, 255);
                _steps[table][i] = (byte)step;
                // The transform leaves its block turned.
                _factors[table][i % 8 * 8 + i / 8] = (float)(1 / (step * Dct.Scale(i / 8, i % 8)));
            }
        }
    }

    void Begin(ArrayBufferWriter<byte> target, Area area)
    {
        target.Write((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff, 0xe0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        for (byte table = 0; table < 2; table++)
        {
            target.Write((ReadOnlySpan<byte>)[0xff, 0xdb, 0, 67, table]);
            var steps = target.GetSpan(64);
            for (var i = 0; i < 64; i++)
                steps[i] = _steps[table][JpegTables.ZigZag[i]];
            target.Advance(64);
        }
        Span<byte> frame = [0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
        BinaryPrimitives.WriteUInt16BigEndian(frame[5..], (ushort)area.Height);
        BinaryPrimitives.WriteUInt16BigEndian(frame[7..], (ushort)area.Width);
        target.Write(frame);
        WriteTable(target, 0x00, JpegTables.LuminanceDc);
        WriteTable(target, 0x10, JpegTables.LuminanceAc);
        WriteTable(target, 0x01, JpegTables.ChrominanceDc);
        WriteTable(target, 0x11, JpegTables.ChrominanceAc);
        target.Write((ReadOnlySpan<byte>)[0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]);
    }

    static void WriteTable(ArrayBufferWriter<byte> target, byte place, ReadOnlySpan<byte> table)
    {
        target.Write((ReadOnlySpan<byte>)[0xff, 0xc4, 0, (byte)(table.Length + 3), place]);
        target.Write(table);
    }

    /// <summary>16 by 16 pixels as brightness and, at half the size, colour. Beyond the edge the last ones are repeated.</summary>
    void Take(Picture picture, Area area, int left, int top)
    {
        _blue.AsSpan().Clear();
        _red.AsSpan().Clear();
        for (var y = 0; y < 16; y++)
        {
            var row = picture.Pixels.Slice((area.Y + Math.Min(top + y, area.Height - 1)) * picture.Width + area.X, area.Width);
            for (var x = 0; x < 16; x++)
            {
                var pixel = row[Math.Min(left + x, area.Width - 1)];
                var (r, g, b) = ((float)(pixel >> 16 & 0xff), (float)(pixel >> 8 & 0xff), (float)(pixel & 0xff));
                var bright = 0.299f * r + 0.587f * g + 0.114f * b;
                _luminance[(y >> 3) * 128 + (x >> 3) * 64 + (y & 7) * 8 + (x & 7)] = bright - 128;
                var colour = (y >> 1) * 8 + (x >> 1);
                _blue[colour] += (b - bright) * (0.564334f / 4);
                _red[colour] += (r - bright) * (0.713267f / 4);
            }
        }
    }

    void WriteBlock(ref JpegBits bits, Span<float> block, int table, ref int last)
    {
        Dct.Transform(block);
        Span<int> values = stackalloc int[64];
        var factors = _factors[table].AsSpan();
        for (var i = 0; i < 64; i += 8)
        {
            var scaled = Vector256.Round(Vector256.Create<float>(block.Slice(i, 8)) * Vector256.Create<float>(factors.Slice(i, 8)));
            Vector256.ConvertToInt32(scaled).CopyTo(values.Slice(i, 8));
        }
        WriteValue(ref bits, Dc[table], 0, values[0] - last);
        last = values[0];
        var zeros = 0;
        for (var i = 1; i < 64; i++)
        {
            // Turned, as the transform leaves it.
            var place = JpegTables.ZigZag[i];
            var value = values[(place & 7) << 3 | place >> 3];
            if (value == 0)
            {
                zeros++;
                continue;
            }
            for (; zeros > 15; zeros -= 16)
                Ac[table].Write(ref bits, 0xf0);
            WriteValue(ref bits, Ac[table], zeros << 4, value);
            zeros = 0;
        }
        if (zeros > 0)
            Ac[table].Write(ref bits, 0);
    }

    /// <summary>The length of a value by its code, and then the value; a negative one less one.</summary>
    static void WriteValue(ref JpegBits bits, HuffmanCodes codes, int run, int value)
    {
        var length = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
        codes.Write(ref bits, run | length);
        if (length > 0)
            bits.Write((uint)(value < 0 ? value - 1 : value) & (1u << length) - 1, length);
    }
}
