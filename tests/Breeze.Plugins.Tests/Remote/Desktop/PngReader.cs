using System.Buffers.Binary;
using System.IO.Compression;

namespace Breeze.Plugins.Tests.Remote.Desktop;

/// <summary>Reads the images without loss of a desktop's session, and insists on what the format demands of them.</summary>
static class PngReader
{
    public static uint[] Read(ReadOnlySpan<byte> png, int width, int height)
    {
        png[..8].ToArray().ShouldBe([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        byte[] header = [], palette = [], packed = [];
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            var content = png.Slice(at + 8, length);
            switch (System.Text.Encoding.ASCII.GetString(png.Slice(at + 4, 4)))
            {
                case "IHDR": header = content.ToArray(); break;
                case "PLTE": palette = content.ToArray(); break;
                case "IDAT": packed = content.ToArray(); break;
            }
            at += 12 + length;
        }
        (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4))).ShouldBe((width, height));
        var (bits, isIndexed) = (header[8], header[9] == 3);
        var stride = 1 + (isIndexed ? (width * bits + 7) / 8 : width * 3);
        var rows = new byte[stride * height];
        using (var unpacked = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress))
        {
            unpacked.ReadExactly(rows);
            unpacked.ReadByte().ShouldBe(-1);
        }
        var pixels = new uint[width * height];
        for (var y = 0; y < height; y++)
        {
            var row = rows.AsSpan(y * stride, stride);
            for (var x = 0; x < width; x++)
            {
                if (isIndexed)
                {
                    var index = 3 * (row[1 + x * bits / 8] >> (8 - bits - x * bits % 8) & (1 << bits) - 1);
                    pixels[y * width + x] = (uint)(palette[index] << 16 | palette[index + 1] << 8 | palette[index + 2]);
                    continue;
                }
                row[0].ShouldBe((byte)1);
                for (var part = 0; part < 3 && x > 0; part++)
                    row[1 + 3 * x + part] += row[1 + 3 * x + part - 3];
                pixels[y * width + x] = (uint)(row[1 + 3 * x] << 16 | row[2 + 3 * x] << 8 | row[3 + 3 * x]);
            }
        }
        return pixels;
    }
}
