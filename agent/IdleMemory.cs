namespace Breeze.Agent;

/// <summary>
/// Keeps an idle agent small. Left to itself the collector waits until some 16 MB of garbage have gathered, which at one heartbeat a minute
/// takes hours that the machine's owner pays for; and there is no setting for it outside the environment.
/// </summary>
sealed class IdleMemory
{
    const long Tolerated = 2 << 20;

    /// <summary>After plugins were loaded the first readings still start parts of them; soon after is the time to tidy up.</summary>
    const long ToleratedAfterLoading = 256 << 10;

    long _tolerated = ToleratedAfterLoading;
    long _collectedAt = GC.GetTotalAllocatedBytes();

    /// <summary>Collects when enough has gathered, and gives the memory back to the system.</summary>
    public void Trim()
    {
        if (GC.GetTotalAllocatedBytes() - Volatile.Read(ref _collectedAt) > Volatile.Read(ref _tolerated))
        {
            Collect(Tolerated);
        }
    }

    /// <summary>Loading leaves garbage behind that an idle process would hold on to.</summary>
    public void PluginsChanged() => Collect(ToleratedAfterLoading);

    void Collect(long toleratedFromNow)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ColdPages.Release();
        Volatile.Write(ref _tolerated, toleratedFromNow);
        Volatile.Write(ref _collectedAt, GC.GetTotalAllocatedBytes());
    }
}
