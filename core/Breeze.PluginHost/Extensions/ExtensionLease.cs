using Breeze.Sdk;

namespace Breeze.PluginHost;

/// <summary>
/// The right to use an extension until disposed of. A reload waits for the leases on the old generation, so hold one for the length of
/// one operation and no longer.
/// </summary>
public sealed class ExtensionLease<T> : IDisposable
    where T : class
{
    Generation? generation;
    T? value;

    internal ExtensionLease(string name, T value, Generation generation)
    {
        Name = name;
        Plugin = generation.Identity;
        Stopping = generation.Stopping;
        this.value = value;
        this.generation = generation;
    }

    public string Name { get; }

    /// <summary>The generation that serves this lease.</summary>
    public PluginIdentity Plugin { get; }

    /// <summary>Cancelled when the generation's drain deadline has passed: link it to the token of the operation.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>The extension. Keep no reference to it beyond the lease: it would keep the generation from unloading.</summary>
    public T Value => value ?? throw new ObjectDisposedException(nameof(ExtensionLease<>));

    public void Dispose()
    {
        // Cleared, so that a forgotten lease object does not keep an unloaded plugin in memory.
        value = null;
        Interlocked.Exchange(ref generation, null)?.Leases.Exit();
    }
}
