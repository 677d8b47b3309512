using Breeze.WebRtc.Sdp;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Breeze.WebRtc.Dtls;

/// <summary>The side that begins (<c>setup:active</c>).</summary>
sealed class DtlsClient(DtlsCertificate own, IReadOnlyList<SdpFingerprint> peer) : DefaultTlsClient(new BcTlsCrypto())
{
    protected override ProtocolVersion[] GetSupportedVersions() => DtlsSettings.Versions;

    protected override int[] GetSupportedCipherSuites() => DtlsSettings.CipherSuites;

    protected override IList<ServerName>? GetSniServerNames() => null;

    public override bool RequiresExtendedMasterSecret() => true;

    public override bool IgnoreCorruptDtlsRecords => true;

    public override int GetHandshakeResendTimeMillis() => DtlsSettings.ResendMilliseconds;

    public override int GetHandshakeTimeoutMillis() => DtlsSettings.HandshakeMilliseconds;

    public override int GetMaxCertificateChainLength() => DtlsSettings.MaxChain;

    public override int GetMaxHandshakeMessageSize() => DtlsSettings.MaxHandshakeMessage;

    public override TlsAuthentication GetAuthentication() => new Authentication(this);

    sealed class Authentication(DtlsClient client) : TlsAuthentication
    {
        public void NotifyServerCertificate(TlsServerCertificate serverCertificate) => DtlsPeerCheck.Check(serverCertificate.Certificate, client.Peer);

        public TlsCredentials GetClientCredentials(CertificateRequest certificateRequest) => DtlsSettings.Signer(client.m_context, client.Own);
    }

    DtlsCertificate Own { get; } = own;
    IReadOnlyList<SdpFingerprint> Peer { get; } = peer;
}
