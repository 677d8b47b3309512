using Breeze.Sdk;

namespace Breeze.PluginHost;

/// <summary>One load of a plugin.</summary>
sealed class Generation(PluginIdentity identity)
{
    readonly CancellationTokenSource stopping = new();

    public PluginIdentity Identity { get; } = identity;

    public CancellationToken Stopping => stopping.Token;

    public LeaseGate Leases { get; } = new();
}
