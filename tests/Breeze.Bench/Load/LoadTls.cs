using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Breeze.Bench.Load;

/// <summary>How a client takes part in TLS with a server that has the given certificate.</summary>
static class LoadTls
{
    /// <param name="certificateFile">A PEM file; null or empty for plain HTTP.</param>
    /// <param name="resume">Whether a session that was there before may be taken up again.</param>
    public static SslClientAuthenticationOptions? Of(string? certificateFile, bool resume = true)
    {
        if (string.IsNullOrEmpty(certificateFile))
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(certificateFile);
        return new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy, AllowTlsResume = resume };
    }
}
