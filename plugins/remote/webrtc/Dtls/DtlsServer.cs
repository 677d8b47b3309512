using Breeze.WebRtc.Sdp;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Breeze.WebRtc.Dtls;

/// <summary>The side that waits (<c>setup:passive</c>). It demands a certificate too, and takes none but the promised one.</summary>
sealed class DtlsServer(DtlsCertificate own, IReadOnlyList<SdpFingerprint> peer) : DefaultTlsServer(new BcTlsCrypto())
{
    protected override ProtocolVersion[] GetSupportedVersions() => DtlsSettings.Versions;

    protected override int[] GetSupportedCipherSuites() => DtlsSettings.CipherSuites;

    public override bool RequiresExtendedMasterSecret() => true;

    public override bool IgnoreCorruptDtlsRecords => true;

    public override int GetHandshakeResendTimeMillis() => DtlsSettings.ResendMilliseconds;

    public override int GetHandshakeTimeoutMillis() => DtlsSettings.HandshakeMilliseconds;

    public override int GetMaxCertificateChainLength() => DtlsSettings.MaxChain;

    public override int GetMaxHandshakeMessageSize() => DtlsSettings.MaxHandshakeMessage;

    protected override TlsCredentialedSigner GetECDsaSignerCredentials() => DtlsSettings.Signer(m_context, own);

    public override CertificateRequest GetCertificateRequest() => new(
        [ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign], TlsUtilities.GetDefaultSupportedSignatureAlgorithms(m_context), null);

    public override void NotifyClientCertificate(Certificate clientCertificate) => DtlsPeerCheck.Check(clientCertificate, peer);

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        // A client that leaves its certificate message out altogether is as unknown as one that sends it empty.
        DtlsPeerCheck.Check(m_context.SecurityParameters.PeerCertificate, peer);
    }
}
