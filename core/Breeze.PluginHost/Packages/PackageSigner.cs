using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Breeze.PluginHost;

/// <summary>Signs packages with a publisher's private key.</summary>
public sealed class PackageSigner : IDisposable
{
    internal const string Algorithm = "ecdsa-p256-sha256";

    readonly ECDsa key;

    PackageSigner(ECDsa key)
    {
        this.key = key;
        PublicKey = TrustedKey.FromKey(key);
    }

    public TrustedKey PublicKey { get; }

    public static PackageSigner FromPem(ReadOnlySpan<char> privateKeyPem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(privateKeyPem);
        return new PackageSigner(key);
    }

    public static PackageSigner Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public string ExportPrivateKeyPem() => key.ExportPkcs8PrivateKeyPem();

    public string ExportPublicKeyPem() => key.ExportSubjectPublicKeyInfoPem();

    public void Dispose() => key.Dispose();

    /// <summary>The content of <c>MANIFEST.sig</c> for the given <c>MANIFEST.json</c>.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> manifest)
    {
        var signature = Convert.ToBase64String(key.SignData(manifest, HashAlgorithmName.SHA256));
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("key_id", PublicKey.KeyId);
            json.WriteString("algorithm", Algorithm);
            json.WriteString("signature", signature);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
