using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.PluginHost;

/// <summary>
/// One load of a plugin. Holds everything of the plugin that the host refers to, so that letting go of it in one place lets go of all.
/// </summary>
sealed class Generation : IDisposable
{
    readonly CancellationTokenSource stopping = new();
    PluginCode? code;
    UnloadTicket? ticket;

    public Generation(PluginIdentity identity, StoredPackage package, JsonElement settings)
    {
        Identity = identity;
        Package = package;
        Settings = settings;

        // Taken once: the source refuses to hand it out after its disposal, and leases may ask late.
        Stopping = stopping.Token;
    }

    public PluginIdentity Identity { get; }

    public StoredPackage Package { get; }

    /// <summary>With the defaults filled in.</summary>
    public JsonElement Settings { get; }

    public CancellationToken Stopping { get; }

    public LeaseGate Leases { get; } = new();

    public IReadOnlyList<Registration> Registrations { get; set; } = [];

    /// <summary>The plugin; <see langword="null"/> before it is created and after it is unloaded.</summary>
    public IBreezePlugin? Plugin => code?.Plugin;

    public string? PrivateSdk => code?.PrivateSdk;

    public PluginError? LoadCode()
    {
        (code, var error) = PluginCode.Load(Package.Directory, Package.Package.Manifest.Entry, out ticket);
        return error;
    }

    /// <summary>Cancels <see cref="Stopping"/>. Runs what the plugin and its users registered there.</summary>
    public Task CancelAsync() => stopping.CancelAsync();

    /// <summary>Begins the unloading. The generation cannot be used afterwards.</summary>
    /// <returns>Tells when the code is gone; <see langword="null"/> when none was ever loaded.</returns>
    public UnloadTicket? Unload()
    {
        Registrations = [];
        code?.Unload();
        code = null;
        stopping.Dispose();
        return ticket;
    }

    public void Dispose() => Unload();
}
