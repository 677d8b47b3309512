using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Breeze.Testing;

/// <summary>A certificate for this machine that vouches for itself, in two PEM files; for a day.</summary>
public sealed class TestCertificate : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("breeze-certificate-");

    public TestCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Breeze test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Also what an agent takes as <c>--ca</c>.</summary>
    public string CertificateFile => Path.Combine(_directory.FullName, "certificate.pem");

    public string KeyFile => Path.Combine(_directory.FullName, "key.pem");

    /// <summary>Trusts this certificate and no other.</summary>
    public X509ChainPolicy NewPolicy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(CertificateFile);
        return policy;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
