namespace Breeze.Core.Auditing;

/// <summary>What a check of an audit chain found.</summary>
/// <param name="Entries">How many entries it has.</param>
/// <param name="BrokenAt">The sequence number of the first entry that does not fit; null when all do.</param>
/// <param name="Head">The hash of the last entry, in hexadecimal. Kept elsewhere, it proves later that nothing was cut off at the end.</param>
public sealed record AuditChainState(long Entries, long? BrokenAt, string Head)
{
    public bool Holds => BrokenAt is null;
}
