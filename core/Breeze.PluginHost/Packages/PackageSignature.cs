using System.Security.Cryptography;

namespace Breeze.PluginHost;

/// <summary>Checks <c>MANIFEST.sig</c> against the exact bytes of <c>MANIFEST.json</c>.</summary>
static class PackageSignature
{
    public static PluginError? Verify(ReadOnlySpan<byte> manifest, ReadOnlyMemory<byte> signatureJson, TrustStore trust, out string signer)
    {
        signer = "";
        string keyId, algorithm, text;
        try
        {
            using var document = StrictJson.Parse(signatureJson);
            var root = new StrictObject(document.RootElement, "");
            (keyId, algorithm, text) = (root.Text("key_id"), root.Text("algorithm"), root.Text("signature"));
            root.End();
        }
        catch (StrictJsonException exception)
        {
            return Invalid(exception.Message);
        }

        if (algorithm != PackageSigner.Algorithm)
        {
            return Invalid($"the algorithm must be {PackageSigner.Algorithm}.");
        }

        var signature = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, signature, out var length))
        {
            return Invalid("it is not base64.");
        }

        if (trust.Find(keyId) is not { } trusted)
        {
            var shown = keyId.Length == 16 && keyId.All(char.IsAsciiHexDigit) ? keyId : "(malformed)";
            return new PluginError(
                PluginErrorCodes.PublisherUntrusted,
                $"The package is signed by key {shown}, which is not trusted here. A platform administrator can add the publisher's public key.");
        }

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(trusted.SubjectPublicKeyInfo.Span, out _);
        if (!key.VerifyData(manifest, signature.AsSpan(0, length), HashAlgorithmName.SHA256))
        {
            return Invalid("it does not match the content. Get the package from its publisher again.");
        }

        signer = trusted.KeyId;
        return null;
    }

    static PluginError Invalid(string reason) => new(PluginErrorCodes.SignatureInvalid, $"The package's signature is not valid: {reason}");
}
