using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Breeze.WebRtc.Sdp;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace Breeze.WebRtc.Dtls;

/// <summary>A self-signed certificate of one connection; what vouches for it is its fingerprint in the signalling.</summary>
sealed class DtlsCertificate
{
    static readonly TimeSpan Life = TimeSpan.FromDays(30);

    DtlsCertificate(byte[] der, AsymmetricKeyParameter privateKey)
    {
        Der = der;
        PrivateKey = privateKey;
        Fingerprint = SdpFingerprint.Of(der);
    }

    public byte[] Der { get; }
    public AsymmetricKeyParameter PrivateKey { get; }
    public SdpFingerprint Fingerprint { get; }

    public static DtlsCertificate Create(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=WebRTC", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        // A day back, for clocks that go differently.
        using var certificate = request.CreateSelfSigned(now - TimeSpan.FromDays(1), now + Life);
        return new(certificate.RawData, PrivateKeyFactory.CreateKey(key.ExportPkcs8PrivateKey()));
    }
}
