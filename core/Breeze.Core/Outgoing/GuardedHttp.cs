using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Breeze.Core.Outgoing;

/// <summary>What HTTP clients are made of that go to places which people entered.</summary>
public static class GuardedHttp
{
    /// <summary>The name of the client that plugins get.</summary>
    public const string Plugins = "plugins";

    /// <summary>Less than what an alert channel has in all, so that it can still say what happened.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>The largest answer, in bytes.</summary>
    public const int LargestAnswer = 16 << 20;

    public static SocketsHttpHandler CreateHandler(GuardedConnector connector) => new()
    {
        ConnectCallback = async (context, cancellationToken) => await connector.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken),
        // A proxy would connect in our place, where nobody judges the address.
        UseProxy = false,
        // The pool is shared by plugins, and by the partners that they work for.
        UseCookies = false,
        AllowAutoRedirect = false,
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        SslOptions = new SslClientAuthenticationOptions
        {
            // Certificates name addresses to fetch others from: a way around the guard.
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
        },
    };
}
