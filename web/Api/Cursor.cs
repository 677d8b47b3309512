using System.Buffers.Text;
using System.Text;

namespace Breeze.Web.Api;

/// <summary>An opaque place in a list: the sort key and id of the last row seen.</summary>
static class Cursor
{
    public const int DefaultLimit = 50;
    public const int MaximumLimit = 200;

    public static string Encode(string key, Guid id) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{id:n}{key}"));

    /// <summary>False when it is not one of ours.</summary>
    public static bool TryDecode(string? cursor, out string key, out Guid id)
    {
        (key, id) = ("", default);
        if (string.IsNullOrEmpty(cursor))
        {
            return true;
        }
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Base64Url.DecodeFromChars(cursor));
            if (text.Length < 32 || !Guid.TryParseExact(text[..32], "n", out id))
            {
                return false;
            }
            key = text[32..];
            return true;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return false;
        }
    }

    public static IResult Invalid() => ApiProblem.Invalid("invalid_cursor", "The cursor is not one that this list gave out. Start again without it.");

    public static int Limit(int? limit) => Math.Clamp(limit ?? DefaultLimit, 1, MaximumLimit);
}
