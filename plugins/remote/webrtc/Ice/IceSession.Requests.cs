using System.Globalization;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Ice;

/// <summary>The checks that the peer sends (RFC 8445, 7.3).</summary>
sealed partial class IceSession
{
    /// <summary>Answers a request that is signed with this session's password; everything else changes nothing and gets no answer.</summary>
    public void HandleRequest(StunMessage request, IIceTransport transport, IcePeer from)
    {
        if (!request.HasFingerprint || !request.IsSignedWith(Local.Key))
        {
            return;
        }
        var unknown = request.Unknown.ToList();
        if (unknown.Count > 0)
        {
            var types = unknown.SelectMany(u => new[] { (byte)(u >> 8), (byte)u }).ToArray();
            Answer(new StunBuilder(StunClass.Error, StunMethod.Binding, request.Id).AddError(420, "Unknown Attribute").Add(StunAttribute.UnknownAttributes, types));
            return;
        }
        if (IsConflict(request))
        {
            Answer(new StunBuilder(StunClass.Error, StunMethod.Binding, request.Id).AddError(487, "Role Conflict"));
            return;
        }
        Answer(new StunBuilder(StunClass.Success, StunMethod.Binding, request.Id).Add(StunAttribute.XorMappedAddress, from.EndPoint));
        var priority = request.UInt32(StunAttribute.Priority) ?? 1;
        var nominates = request.Has(StunAttribute.UseCandidate);
        if (Remote is not null)
        {
            LearnFromRequest(transport, from, priority, nominates);
        }
        else if (_early.Count < MaxEarly && !_early.Exists(e => e.Transport == transport && e.From.EndPoint.Equals(from.EndPoint) && e.Nominates == nominates))
        {
            // The peer was quicker than its answer: its address is tried when its credentials are here.
            _early.Add((transport, from, priority, nominates));
        }

        void Answer(StunBuilder answer) => transport.Send(answer.Sign(Local.Key).Fingerprint().Build(), from);
    }

    /// <summary>Settles who controls when both sides think the same (RFC 8445, 7.3.1.1); true when the peer has to give way.</summary>
    bool IsConflict(StunMessage request)
    {
        if (role.Controlling && request.UInt64(StunAttribute.IceControlling) is { } controlling)
        {
            if (role.TieBreaker >= controlling)
            {
                return true;
            }
            SwitchTo(controlling: false);
        }
        else if (!role.Controlling && request.UInt64(StunAttribute.IceControlled) is { } controlled)
        {
            if (role.TieBreaker < controlled)
            {
                return true;
            }
            SwitchTo(controlling: true);
        }
        return false;
    }

    void SwitchTo(bool controlling)
    {
        role.Controlling = controlling;
        _nominating = null;
        _latestNominated = null;
    }

    void LearnFromRequest(IIceTransport transport, IcePeer from, uint priority, bool nominates)
    {
        var pair = Find(transport, from.EndPoint) ?? LearnPair(transport, from, priority);
        if (pair is null)
        {
            return;
        }
        pair.IsProven = true;
        if (nominates && !role.Controlling)
        {
            _latestNominated = pair;
            if (pair.State == IcePairState.Succeeded)
            {
                Select(pair);
                return;
            }
        }
        if (pair.State != IcePairState.Succeeded)
        {
            Trigger(pair);
        }
    }

    /// <summary>The peer sends from an address that it did not name: a peer-reflexive candidate.</summary>
    IcePair? LearnPair(IIceTransport transport, IcePeer from, uint priority)
    {
        var local = _locals.Find(l => l.Transport == transport && l.Candidate.Type is IceCandidateType.Host or IceCandidateType.Relayed);
        if (local.Candidate is null)
        {
            return null;
        }
        var remote = _remotes.Find(r => r.EndPoint.Equals(from.EndPoint));
        if (remote is null)
        {
            if (_remotes.Count >= MaxRemotes)
            {
                return null;
            }
            remote = new(string.Create(CultureInfo.InvariantCulture, $"prflx{_remotes.Count}"), priority, from.EndPoint, IceCandidateType.PeerReflexive);
            _remotes.Add(remote);
        }
        return AddPair(local.Candidate, transport, remote);
    }
}
