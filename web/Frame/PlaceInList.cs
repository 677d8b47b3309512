using System.Buffers.Text;
using System.Text;

namespace Breeze.Web.Frame;

/// <summary>Where a list goes on: the sort key and id of the last row shown, in the address.</summary>
static class PlaceInList
{
    public static string Encode(string key, Guid id) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{id:n}{key}"));

    /// <summary>False when there is none, or when somebody has changed it: the list then starts at the top.</summary>
    public static bool TryDecode(string? text, out string key, out Guid id)
    {
        (key, id) = ("", default);
        if (string.IsNullOrEmpty(text) || !Base64Url.IsValid(text))
        {
            return false;
        }
        var plain = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        if (plain.Length < 32 || plain.Contains('\0', StringComparison.Ordinal) || !Guid.TryParseExact(plain[..32], "n", out id))
        {
            return false;
        }
        key = plain[32..];
        return true;
    }
}
