namespace Breeze.WebRtc.Ice;

/// <summary>Which side nominates. Shared by the sessions of an agent, for a conflict that one settles is settled for all.</summary>
sealed class IceRole
{
    public bool Controlling { get; set; }
    public ulong TieBreaker { get; init; } = (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue);
}
