using System.Net;
using System.Net.Sockets;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Ice;

/// <summary>
/// The check list of one pair of credentials: from the first candidate, or from a restart, to the next restart. It is passive: the agent calls it under its lock.
/// </summary>
sealed partial class IceSession(IceRole role, IceOptions options, TimeProvider time, Action<IcePair> selected)
{
    const int MaxRemotes = 64;
    const int MaxPairs = 100;
    const int MaxEarly = 16;

    readonly IceTimings _timings = options.Timings;
    readonly List<(IceCandidate Candidate, IIceTransport Transport)> _locals = [];
    readonly List<IceCandidate> _remotes = [];
    readonly List<IcePair> _pairs = [];
    readonly List<(IIceTransport Transport, IcePeer From, uint Priority, bool Nominates)> _early = [];

    public IceCredentials Local { get; } = IceCredentials.Create();
    public IceCredentials? Remote { get; private set; }
    public IcePair? Selected { get; private set; }
    public IReadOnlyList<IcePair> Pairs => _pairs;

    public void AddLocal(IceCandidate candidate, IIceTransport transport)
    {
        _locals.Add((candidate, transport));
        // A reflexive candidate sends from its base, so its pairs would be the base's over again.
        if (candidate.Type is IceCandidateType.Host or IceCandidateType.Relayed)
        {
            foreach (var remote in _remotes)
            {
                AddPair(candidate, transport, remote);
            }
        }
    }

    /// <summary>Forgets a transport whose address is gone.</summary>
    public void RemoveLocal(IIceTransport transport)
    {
        _locals.RemoveAll(l => l.Transport == transport);
        foreach (var pair in _pairs.Where(p => p.Transport == transport && p != Selected).ToList())
        {
            RemovePair(pair);
        }
        if (Selected?.Transport == transport)
        {
            // The others may take over at once.
            _selectedIsGone = true;
            CheckAllAgain();
        }
    }

    public void SetRemote(IceCredentials remote)
    {
        Remote = remote;
        _startedAt = time.GetTimestamp();
        foreach (var (transport, from, priority, nominates) in _early)
        {
            LearnFromRequest(transport, from, priority, nominates);
        }
        _early.Clear();
    }

    public void AddRemote(IceCandidate candidate)
    {
        if (!options.Loopback && IPAddress.IsLoopback(candidate.EndPoint.Address))
        {
            return;
        }
        var known = _remotes.FindIndex(r => r.EndPoint.Equals(candidate.EndPoint));
        if (known >= 0)
        {
            // What was learnt from a check is now known by its proper name.
            if (_remotes[known].Type == IceCandidateType.PeerReflexive)
            {
                _remotes[known] = candidate;
                foreach (var pair in _pairs.Where(p => p.Remote.EndPoint.Equals(candidate.EndPoint)))
                {
                    pair.Remote = candidate;
                    if (pair == Selected)
                    {
                        selected(pair);
                    }
                }
            }
            return;
        }
        if (_remotes.Count >= MaxRemotes)
        {
            return;
        }
        _remotes.Add(candidate);
        foreach (var (local, transport) in _locals.Where(l => l.Candidate.Type is IceCandidateType.Host or IceCandidateType.Relayed).ToList())
        {
            AddPair(local, transport, candidate);
        }
    }

    IcePair? AddPair(IceCandidate local, IIceTransport transport, IceCandidate remote)
    {
        if (!AreCompatible(local.EndPoint, remote.EndPoint) || _pairs.Exists(p => p.Transport == transport && p.Remote.EndPoint.Equals(remote.EndPoint)))
        {
            return null;
        }
        var pair = new IcePair(local, transport, remote);
        if (_pairs.Count >= MaxPairs)
        {
            var worst = _pairs.Where(p => p.State != IcePairState.Succeeded && p != Selected).MinBy(p => p.Priority(role.Controlling));
            if (worst is null || worst.Priority(role.Controlling) >= pair.Priority(role.Controlling))
            {
                return null;
            }
            RemovePair(worst);
        }
        _pairs.Add(pair);
        return pair;
    }

    void RemovePair(IcePair pair)
    {
        Abandon(pair);
        _pairs.Remove(pair);
    }

    IcePair? Find(IIceTransport transport, IPEndPoint remote) => _pairs.Find(p => p.Transport == transport && p.Remote.EndPoint.Equals(remote));

    /// <summary>Whether data that came this way is the peer's.</summary>
    public bool Trusts(IIceTransport transport, IPEndPoint from) => Find(transport, from) is { IsProven: true };

    static bool AreCompatible(IPEndPoint local, IPEndPoint remote) =>
        local.AddressFamily == remote.AddressFamily
        && (local.AddressFamily == AddressFamily.InterNetwork || IPAddress.IsLoopback(local.Address) == IPAddress.IsLoopback(remote.Address))
        && (!IPAddress.IsLoopback(local.Address) || IPAddress.IsLoopback(remote.Address) || OperatingSystem.IsLinux());

    StunBuilder NewRequest(bool nominates, uint priority)
    {
        var request = new StunBuilder(StunClass.Request, StunMethod.Binding, StunTransactionId.Create())
            .Add(StunAttribute.Username, $"{Remote!.Fragment}:{Local.Fragment}")
            .Add(role.Controlling ? StunAttribute.IceControlling : StunAttribute.IceControlled, role.TieBreaker)
            .Add(StunAttribute.Priority, priority);
        return nominates ? request.Add(StunAttribute.UseCandidate) : request;
    }
}
