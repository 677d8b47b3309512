using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Breeze.Remote.Desktop.Frames;

namespace Breeze.Remote.Desktop.Images;

/// <summary>
/// Images without loss, which every browser reads: with a palette where there are few colours, as in text, else with all of them. The compression is the runtime's, so nothing native
/// comes with the plugin.
/// </summary>
static class Png
{
    const byte Palettes = 3;
    const byte Colours = 2;
    const byte ColoursWithAlpha = 6;

    /// <summary>Writes an area; of one colour only that.</summary>
    public static ImageFormat Write(Picture picture, Area area, ArrayBufferWriter<byte> target)
    {
        var indices = ArrayPool<byte>.Shared.Rent(area.Width * area.Height);
        try
        {
            Span<uint> colours = stackalloc uint[Palette.Largest];
            if (!Palette.TryIndex(picture, area, indices, colours, out var count))
                WriteColours(picture, area, target);
            else if (count == 1)
            {
                target.Write((ReadOnlySpan<byte>)[(byte)(colours[0] >> 16), (byte)(colours[0] >> 8), (byte)colours[0]]);
                return ImageFormat.Solid;
            }
            else
                WriteIndexed(area, indices, colours[..count], target);
            return ImageFormat.Png;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(indices);
        }
    }

    public static byte[] Write(CursorShape shape)
    {
        var rows = new byte[(1 + shape.Width * 4) * shape.Height];
        for (int y = 0, at = 0; y < shape.Height; y++)
        {
            at++;
            for (var x = 0; x < shape.Width; x++, at += 4)
            {
                var pixel = shape.Pixels[y * shape.Width + x];
                BinaryPrimitives.WriteUInt32BigEndian(rows.AsSpan(at), pixel << 8 | pixel >> 24);
            }
        }
        var target = new ArrayBufferWriter<byte>();
        Begin(target, shape.Width, shape.Height, 8, ColoursWithAlpha);
        End(target, rows);
        return target.WrittenSpan.ToArray();
    }

    static void WriteIndexed(Area area, ReadOnlySpan<byte> indices, ReadOnlySpan<uint> colours, ArrayBufferWriter<byte> target)
    {
        var bits = colours.Length switch { <= 2 => 1, <= 4 => 2, <= 16 => 4, _ => 8 };
        Begin(target, area.Width, area.Height, (byte)bits, Palettes);
        Span<byte> palette = stackalloc byte[colours.Length * 3];
        for (var i = 0; i < colours.Length; i++)
            (palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]) = ((byte)(colours[i] >> 16), (byte)(colours[i] >> 8), (byte)colours[i]);
        PngChunk.Write(target, "PLTE"u8, palette);
        var stride = 1 + (area.Width * bits + 7) / 8;
        var size = stride * area.Height;
        var rows = ArrayPool<byte>.Shared.Rent(size);
        rows.AsSpan(0, size).Clear();
        for (var y = 0; y < area.Height; y++)
        {
            var row = rows.AsSpan(y * stride + 1, stride - 1);
            var pixels = indices.Slice(y * area.Width, area.Width);
            if (bits == 8)
                pixels.CopyTo(row);
            else
            {
                for (var x = 0; x < pixels.Length; x++)
                    row[x * bits >> 3] |= (byte)(pixels[x] << 8 - bits - (x * bits & 7));
            }
        }
        End(target, rows.AsSpan(0, size));
        ArrayPool<byte>.Shared.Return(rows);
    }

    static void WriteColours(Picture picture, Area area, ArrayBufferWriter<byte> target)
    {
        const byte DifferenceToTheLeft = 1;
        Begin(target, area.Width, area.Height, 8, Colours);
        var size = (1 + 3 * area.Width) * area.Height;
        var rows = ArrayPool<byte>.Shared.Rent(size);
        for (int y = 0, at = 0; y < area.Height; y++)
        {
            rows[at++] = DifferenceToTheLeft;
            uint left = 0;
            foreach (var pixel in picture.Pixels.Slice((area.Y + y) * picture.Width + area.X, area.Width))
            {
                rows[at++] = (byte)((pixel >> 16) - (left >> 16));
                rows[at++] = (byte)((pixel >> 8) - (left >> 8));
                rows[at++] = (byte)(pixel - left);
                left = pixel;
            }
        }
        End(target, rows.AsSpan(0, size));
        ArrayPool<byte>.Shared.Return(rows);
    }

    static void Begin(ArrayBufferWriter<byte> target, int width, int height, byte bits, byte kind)
    {
        target.Write((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8, 0x1a, 0x0a]);
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (bits, kind);
        PngChunk.Write(target, "IHDR"u8, header);
    }

    static void End(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> rows)
    {
        using var packed = new MemoryStream(rows.Length / 4);
        using (var packing = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            packing.Write(rows);
        PngChunk.Write(target, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        PngChunk.Write(target, "IEND"u8, []);
    }
}
