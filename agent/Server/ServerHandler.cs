using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Breeze.Agent.Server;

/// <summary>The one connection pool towards the server.</summary>
static class ServerHandler
{
    public static SocketsHttpHandler Create(string? authorityFile, int connections = 4)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect would carry the token to another host.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // Longer than the longest heartbeat interval: a new TLS connection costs the server more than twenty heartbeats.
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(65),
            PooledConnectionLifetime = TimeSpan.FromHours(12),
            MaxConnectionsPerServer = connections,
        };
        if (authorityFile is not null)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPemFile(authorityFile);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return handler;
    }
}
