using System.Net;

namespace Breeze.WebRtc.Ice;

enum IcePairState { Frozen, Waiting, InProgress, Succeeded, Failed }

/// <summary>A way between the two sides: what this one sends from, and the peer's candidate.</summary>
sealed class IcePair(IceCandidate local, IIceTransport transport, IceCandidate remote)
{
    public IceCandidate Local { get; } = local;
    public IIceTransport Transport { get; } = transport;
    public IceCandidate Remote { get; set; } = remote;
    public IcePeer Peer { get; } = new(remote.EndPoint);
    public IcePairState State { get; set; } = IcePairState.Frozen;
    public string Foundation => $"{Local.Foundation}:{Remote.Foundation}";
    public bool IsRelayed => Local.Type == IceCandidateType.Relayed || Remote.Type == IceCandidateType.Relayed;

    /// <summary>Whether a message signed with the session's password came this way: from then on its data is taken.</summary>
    public bool IsProven { get; set; }

    /// <summary>When the peer last answered a check on it; zero before the first.</summary>
    public long AnsweredAt { get; set; }
    public TimeSpan? RoundTripTime { get; set; }

    /// <summary>Where the peer sees this side.</summary>
    public IPEndPoint? Mapped { get; set; }

    /// <summary>The check under way.</summary>
    public IceCheck? Check { get; set; }

    public ulong Priority(bool controlling) =>
        controlling ? IcePriority.Pair(Local.Priority, Remote.Priority) : IcePriority.Pair(Remote.Priority, Local.Priority);
}
