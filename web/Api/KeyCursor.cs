using System.Buffers.Text;
using System.Text.Json;

namespace Breeze.Web.Api;

/// <summary>An opaque place in a list whose order has several texts: those of the last row seen.</summary>
static class KeyCursor
{
    public static string Encode(params string[] key) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key));

    /// <summary>False when it is not one of ours; a null key is the start.</summary>
    public static bool TryDecode(string? cursor, int parts, out string[]? key)
    {
        key = null;
        if (string.IsNullOrEmpty(cursor))
        {
            return true;
        }
        try
        {
            key = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(cursor));
            return key?.Length == parts && key.All(part => part is not null && !part.Contains('\0', StringComparison.Ordinal));
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return false;
        }
    }
}
