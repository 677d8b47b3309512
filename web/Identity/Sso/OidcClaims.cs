using System.Text.Json;
using Breeze.Core.Identity;

namespace Breeze.Web.Identity.Sso;

/// <summary>What providers say, in the forms in which they say it.</summary>
static class OidcClaims
{
    const int MaximumGroups = 1000;

    public static SsoIdentity ToIdentity(Dictionary<string, JsonElement> claims, string roleClaim) => new(
        Text(claims, "sub") ?? "", Text(claims, "email"), IsTrue(claims, "email_verified"), Text(claims, "name"),
        roleClaim.Length == 0 ? [] : Many(claims, roleClaim), Many(claims, "amr").Any(m => m is "mfa" or "otp" or "hwk"));

    public static string? Text(Dictionary<string, JsonElement> claims, string name) =>
        claims.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Some say it as a text.
    static bool IsTrue(Dictionary<string, JsonElement> claims, string name) =>
        claims.TryGetValue(name, out var value) && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.GetString() == "true"));

    static List<string> Many(Dictionary<string, JsonElement> claims, string name)
    {
        if (!claims.TryGetValue(name, out var value))
        {
            return [];
        }
        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Take(MaximumGroups).Select(v => v.GetString()!)],
            _ => [],
        };
    }
}
