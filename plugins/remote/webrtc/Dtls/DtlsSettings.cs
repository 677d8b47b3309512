using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Breeze.WebRtc.Dtls;

/// <summary>What client and server have in common.</summary>
static class DtlsSettings
{
    public const int ResendMilliseconds = 200;
    public const int HandshakeMilliseconds = 30_000;
    public const int MaxChain = 4;
    public const int MaxHandshakeMessage = 16 * 1024;

    public static ProtocolVersion[] Versions => ProtocolVersion.DTLSv12.Only();

    /// <summary>Forward secret, and AES-GCM only: <see cref="DtlsRecords"/> knows its sizes.</summary>
    public static int[] CipherSuites =>
    [
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ];

    public static TlsCredentialedSigner Signer(TlsContext context, DtlsCertificate certificate)
    {
        var crypto = (BcTlsCrypto)context.Crypto;
        var chain = new Certificate([crypto.CreateCertificate(certificate.Der)]);
        var algorithm = new SignatureAndHashAlgorithm(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);
        return new BcDefaultTlsCredentialedSigner(new(context), crypto, certificate.PrivateKey, chain, algorithm);
    }
}
