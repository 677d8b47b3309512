using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Breeze.Protocol;

namespace Breeze.Core.Remote;

/// <summary>
/// The STUN and TURN servers that sessions may use, with a user name and password for one session and a limited time, as TURN servers with a shared secret take them
/// (the REST scheme of draft-uberti-behave-turn-rest).
/// </summary>
/// <param name="Urls">Such as <c>stun:…</c> and <c>turn:…?transport=udp</c>.</param>
/// <param name="Secret">Shared with the TURN servers; null when there are none.</param>
public sealed record IceServers(IReadOnlyList<string> Urls, string? Secret)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(13);

    public IReadOnlyList<RemoteIceServer> For(Guid sessionId, DateTimeOffset now)
    {
        var user = string.Create(CultureInfo.InvariantCulture, $"{(now + Lifetime).ToUnixTimeSeconds()}:{sessionId:n}");
        return
        [
            .. Urls.Where(u => u.StartsWith("stun", StringComparison.OrdinalIgnoreCase)).Select(u => new RemoteIceServer([u])),
            .. Secret is null ? [] : Urls.Where(u => u.StartsWith("turn", StringComparison.OrdinalIgnoreCase))
                .Select(u => new RemoteIceServer([u]) { Username = user, Credential = Password(Secret, user) }),
        ];
    }

    [SuppressMessage("Security", "CA5350", Justification = "SHA-1 is what TURN servers of this scheme compute.")]
    static string Password(string secret, string user) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(user)));
}
