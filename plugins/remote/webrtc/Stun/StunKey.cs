using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Breeze.WebRtc.Stun;

/// <summary>The keys of MESSAGE-INTEGRITY.</summary>
[SuppressMessage("Security", "CA5350", Justification = "RFC 8489 signs with HMAC-SHA1; browsers and TURN servers know nothing else.")]
[SuppressMessage("Security", "CA5351", Justification = "RFC 8489, 9.2.2 derives the long-term key by MD5.")]
static class StunKey
{
    /// <summary>ICE: the password itself (it is ASCII, where preparing changes nothing).</summary>
    public static byte[] ShortTerm(string password) => Encoding.UTF8.GetBytes(password);

    /// <summary>TURN: user, realm and password.</summary>
    public static byte[] LongTerm(string username, string realm, string password) =>
        MD5.HashData(Encoding.UTF8.GetBytes($"{username}:{realm}:{password}"));

    public static void Sign(byte[] key, ReadOnlySpan<byte> bytes, Span<byte> sum) => HMACSHA1.HashData(key, bytes, sum);
}
