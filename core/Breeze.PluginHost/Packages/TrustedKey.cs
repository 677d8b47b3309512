using System.Security.Cryptography;

namespace Breeze.PluginHost;

/// <summary>The public key of a publisher whose packages may run.</summary>
public sealed record TrustedKey
{
    TrustedKey(string keyId, ReadOnlyMemory<byte> subjectPublicKeyInfo) => (KeyId, SubjectPublicKeyInfo) = (keyId, subjectPublicKeyInfo);

    /// <summary>The first 16 hex digits of the SHA-256 of <see cref="SubjectPublicKeyInfo"/>.</summary>
    public string KeyId { get; }

    /// <summary>DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    public static TrustedKey FromSubjectPublicKeyInfo(ReadOnlySpan<byte> der)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(der, out _);
        return FromKey(key);
    }

    /// <summary>Reads a PEM file's text, as <c>breeze-pack keygen</c> writes it beside the private key.</summary>
    public static TrustedKey FromPem(ReadOnlySpan<char> pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return FromKey(key);
    }

    internal static TrustedKey FromKey(ECDsa key)
    {
        if (key.KeySize != 256)
        {
            throw new CryptographicException($"A publisher's key is an ECDSA key on P-256; this one has {key.KeySize} bits.");
        }

        var der = key.ExportSubjectPublicKeyInfo();
        return new TrustedKey(Convert.ToHexStringLower(SHA256.HashData(der))[..16], der);
    }
}
