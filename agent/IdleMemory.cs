namespace Breeze.Agent;

/// <summary>
/// Keeps an idle agent small. Left to itself the collector waits until some 16 MB of garbage have gathered, which at one heartbeat a minute
/// takes hours that the machine's owner pays for; and there is no setting for it outside the environment.
/// </summary>
sealed class IdleMemory
{
    const long Tolerated = 2 << 20;

    long _collectedAt = GC.GetTotalAllocatedBytes();

    /// <summary>Collects when enough has gathered, and gives the memory back to the system.</summary>
    public void Trim()
    {
        if (GC.GetTotalAllocatedBytes() - Volatile.Read(ref _collectedAt) > Tolerated)
        {
            Collect();
        }
    }

    public void Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Volatile.Write(ref _collectedAt, GC.GetTotalAllocatedBytes());
    }
}
