using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Breeze.WebRtc.Sdp;

/// <summary>The hash of a certificate (RFC 8122).</summary>
sealed record SdpFingerprint(string Algorithm, string Value)
{
    const string Sha256 = "sha-256";

    public static SdpFingerprint Of(ReadOnlySpan<byte> certificate) => new(Sha256, Format(SHA256.HashData(certificate)));

    /// <summary>Whether a certificate is the promised one. A hash that is not known, or too weak, matches nothing.</summary>
    public bool Matches(ReadOnlySpan<byte> certificate)
    {
        byte[]? hash = Algorithm switch
        {
            Sha256 => SHA256.HashData(certificate),
            "sha-384" => SHA384.HashData(certificate),
            "sha-512" => SHA512.HashData(certificate),
            _ => null,
        };
        return hash is not null && Format(hash) == Value;
    }

    public bool IsUsable => Algorithm is Sha256 or "sha-384" or "sha-512";

    public static bool TryParse(string text, [NotNullWhen(true)] out SdpFingerprint? fingerprint)
    {
        fingerprint = null;
        var parts = text.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2 || parts[1].Length % 3 != 2 || parts[1].Length > 64 * 3)
        {
            return false;
        }
        for (var i = 0; i < parts[1].Length; i++)
        {
            if (i % 3 == 2 ? parts[1][i] != ':' : !char.IsAsciiHexDigit(parts[1][i]))
            {
                return false;
            }
        }
        fingerprint = new(parts[0].ToLowerInvariant(), parts[1].ToUpperInvariant());
        return true;
    }

    public override string ToString() => $"{Algorithm} {Value}";

    static string Format(byte[] hash) => BitConverter.ToString(hash).Replace('-', ':');
}
