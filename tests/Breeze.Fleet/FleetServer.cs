using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Breeze.Fleet;

/// <summary>Where the server is, and how it is recognised; one for all connections, so that they can take up each other's TLS sessions.</summary>
sealed class FleetServer
{
    public FleetServer(Uri address, string? authorityFile)
    {
        Address = address;
        BasePath = address.AbsolutePath.TrimEnd('/');
        if (address.Scheme == "https")
        {
            Tls = new SslClientAuthenticationOptions { TargetHost = address.Host, CertificateChainPolicy = authorityFile is null ? null : PolicyOf(authorityFile) };
        }
    }

    public Uri Address { get; }

    public string BasePath { get; }

    /// <summary>Null for plain HTTP.</summary>
    public SslClientAuthenticationOptions? Tls { get; }

    static X509ChainPolicy PolicyOf(string authorityFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorityFile);
        return policy;
    }
}
