using System.Text.Json;

namespace Breeze.PluginHost;

/// <summary>What there is to say about one plugin. Safe from any thread.</summary>
sealed class SlotStatus(string id)
{
    readonly Lock sync = new();
    readonly HashSet<Generation> retiring = [];

    PluginPackage? package;
    Generation? active;
    JsonElement? givenSettings;
    PluginError? error;
    DateTimeOffset? loadedAt;
    TimeSpan? loadDuration;
    int generation;
    int leaked;
    bool isLoading;

    /// <summary>The settings as they were given for the serving generation, else for the last one tried.</summary>
    public JsonElement? GivenSettings
    {
        get
        {
            lock (sync)
            {
                return givenSettings;
            }
        }
    }

    public PluginStatus Current
    {
        get
        {
            lock (sync)
            {
                return new PluginStatus(
                    id,
                    package?.Manifest.Name ?? id,
                    package?.Manifest.Version ?? "",
                    package?.Hash ?? "",
                    package?.Signer ?? "",
                    generation,
                    State,
                    error,
                    loadedAt,
                    loadDuration,
                    (active?.Leases.Count ?? 0) + retiring.Sum(old => old.Leases.Count),
                    retiring.Count,
                    leaked,
                    active?.Registrations.Select(registration => registration.Provides).ToList() ?? package?.Catalog.Provides ?? []);
            }
        }
    }

    PluginState State =>
        active is not null ? PluginState.Active
        : isLoading ? PluginState.Loading
        : error is { Code: PluginErrorCodes.SdkIncompatible or PluginErrorCodes.PlatformUnsupported or PluginErrorCodes.HostUnsupported }
            ? PluginState.Incompatible
        : error is not null ? PluginState.Failed
        : retiring.Count > 0 ? PluginState.Draining
        : leaked > 0 ? PluginState.Leaked
        : PluginState.Unloaded;

    public void Trying(PluginPackage tried, JsonElement? settings, int number, bool isFirst)
    {
        lock (sync)
        {
            if (isFirst)
            {
                (package, givenSettings, generation, isLoading) = (tried, settings?.Clone(), number, true);
            }
        }
    }

    public void Serving(Generation next, JsonElement? settings, DateTimeOffset at, TimeSpan duration)
    {
        lock (sync)
        {
            (active, package, generation) = (next, next.Package.Package, next.Identity.Generation);
            (givenSettings, loadedAt, loadDuration) = (settings?.Clone(), at, duration);
            (isLoading, error) = (false, null);
        }
    }

    public void Failed(PluginError problem)
    {
        lock (sync)
        {
            (isLoading, error) = (false, problem);
        }
    }

    public void Removed()
    {
        lock (sync)
        {
            (active, error, loadedAt, loadDuration) = (null, null, null, null);
        }
    }

    public void Retiring(Generation old)
    {
        lock (sync)
        {
            retiring.Add(old);
        }
    }

    public void Retired(Generation old)
    {
        lock (sync)
        {
            retiring.Remove(old);
        }
    }

    public void Leaked(int change)
    {
        lock (sync)
        {
            leaked += change;
        }
    }
}
