using System.IO.Compression;
using System.Text.Json;

namespace Breeze.Core.Remote.Recording;

/// <summary>A part of a recording as the device packed it: gzip around text that may end anywhere. Hostile until it was unpacked within bounds.</summary>
public static class RecordingPart
{
    const int LargestSize = 1000;

    /// <summary>The content, or null when it is no gzip or more than <see cref="RecordingLimits.UnpackedPartBytes"/>.</summary>
    public static byte[]? Unpack(ReadOnlyMemory<byte> packed)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed.ToArray(), writable: false), CompressionMode.Decompress);
            using var content = new MemoryStream();
            var buffer = new byte[16 << 10];
            int count;
            while ((count = gzip.Read(buffer)) > 0)
            {
                if (content.Length + count > RecordingLimits.UnpackedPartBytes)
                {
                    return null;
                }
                content.Write(buffer, 0, count);
            }
            return content.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The size that the first line of an asciicast v2 names; null when it is no such line.</summary>
    public static (int Columns, int Rows)? SizeOf(ReadOnlySpan<byte> first)
    {
        var end = first.IndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }
        try
        {
            var header = JsonElement.Parse(first[..end]);
            return header.ValueKind == JsonValueKind.Object && Number(header, "version") == 2
                && Number(header, "width") is >= 1 and <= LargestSize and var columns && Number(header, "height") is >= 1 and <= LargestSize and var rows
                ? (columns, rows)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static int Number(JsonElement header, string name) =>
        header.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;
}
