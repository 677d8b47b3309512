using Breeze.Sdk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.PluginHost;

/// <summary>How a process hosts plugins.</summary>
public sealed record PluginHostOptions
{
    public required PluginHostKind Kind { get; init; }

    /// <summary>Holds the unpacked packages, below <c>{id}/{version}-{hash12}/</c>.</summary>
    public required string StoreDirectory { get; init; }

    /// <summary>Holds one directory per plugin, named by its id.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Who may publish packages, at the start; <see cref="IPluginHost.UpdateTrust"/> changes it.</summary>
    public required TrustStore Trust { get; init; }

    /// <summary>What plugins start processes with.</summary>
    public required IProcessRunner Processes { get; init; }

    /// <summary>Makes the HTTP clients that plugins use; the host pools the connections.</summary>
    public required Func<HttpClient> HttpClientFactory { get; init; }

    /// <summary>Opens the connections that plugins ask for; without it there are none.</summary>
    public Func<string, int, CancellationToken, ValueTask<Stream>> Connect { get; init; } =
        (_, _, _) => throw new ForbiddenAddressException("This host opens no connections for plugins.");

    /// <summary>The version that packages' <c>sdk</c> ranges are checked against.</summary>
    public string SdkVersion { get; init; } = "1.0.0";

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>For registration, start and health check, each.</summary>
    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan StopDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long leases on a replaced generation may live before they are cancelled.</summary>
    public TimeSpan DrainDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What follows a cancellation: how long the code concerned may take to notice.</summary>
    public TimeSpan CancellationGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Names that no plugin may take, as kind and name: <c>command:script</c>.</summary>
    public IReadOnlySet<string> ReservedNames { get; init; } = new HashSet<string>();

    /// <summary>
    /// Whether settings are checked against the package's schema. Defaults are filled in anyway. An agent leaves the check to the server:
    /// the validator takes 20 MB once it is used, a quarter of what an agent may take in all.
    /// </summary>
    public bool ValidateSettings { get; init; } = true;
}
