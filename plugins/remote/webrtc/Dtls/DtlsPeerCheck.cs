using Breeze.WebRtc.Sdp;
using Org.BouncyCastle.Tls;

namespace Breeze.WebRtc.Dtls;

/// <summary>Whether the certificate that the peer shows is the one that its description promised.</summary>
static class DtlsPeerCheck
{
    /// <summary>Throws the alert that ends the handshake when it is not.</summary>
    public static void Check(Certificate? shown, IReadOnlyList<SdpFingerprint> promised)
    {
        if (shown is null || shown.IsEmpty)
        {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, "The peer shows no certificate.");
        }
        var der = shown.GetCertificateAt(0).GetEncoded();
        if (!promised.Any(p => p.Matches(der)))
        {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, "The peer's certificate is not the one that its description promised.");
        }
    }
}
