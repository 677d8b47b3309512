using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Ice;

/// <summary>The checks that this side sends (RFC 8445, 6.1.4 and 7.2).</summary>
sealed partial class IceSession
{
    readonly Dictionary<StunTransactionId, IceCheck> _open = [];
    readonly Queue<IcePair> _triggered = [];

    /// <summary>Whether there is a pair yet to be checked.</summary>
    public bool IsChecking => _pairs.Exists(p => p.State is IcePairState.Waiting or IcePairState.Frozen or IcePairState.InProgress);

    public bool Knows(StunTransactionId id) => _open.ContainsKey(id);

    /// <summary>The peer's own check came this way, so the way back is worth trying now.</summary>
    void Trigger(IcePair pair)
    {
        if (pair.Check is { IsConsent: false } check)
        {
            // Its first sending may have met a closed NAT that the peer's check has just opened.
            check.Interval = _timings.Pace;
            return;
        }
        pair.State = IcePairState.Waiting;
        if (!_triggered.Contains(pair))
        {
            _triggered.Enqueue(pair);
        }
    }

    IcePair? NextToCheck()
    {
        while (_triggered.TryDequeue(out var triggered))
        {
            if (triggered.State == IcePairState.Waiting && _pairs.Contains(triggered))
            {
                return triggered;
            }
        }
        return Best(p => p.State == IcePairState.Waiting) ?? Best(p => p.State == IcePairState.Frozen && !IsTried(p.Foundation));
    }

    bool IsTried(string foundation) =>
        _pairs.Exists(p => p.State is IcePairState.Waiting or IcePairState.InProgress && p.Foundation == foundation);

    IcePair? Best(Func<IcePair, bool> which) => _pairs.Where(which).MaxBy(p => p.Priority(role.Controlling));

    void StartCheck(IcePair pair, bool nominates)
    {
        Abandon(pair);
        pair.State = IcePairState.InProgress;
        pair.Check = Send(pair, nominates, isConsent: false);
        pair.Check.Interval = _timings.FirstRetransmission;
    }

    IceCheck Send(IcePair pair, bool nominates, bool isConsent)
    {
        var priority = IcePriority.Candidate(IceCandidateType.PeerReflexive, pair.Local.EndPoint.AddressFamily, 0);
        var request = NewRequest(nominates, Math.Min(priority, pair.Local.Priority));
        var message = request.Sign(Remote!.Key).Fingerprint().Build();
        var check = new IceCheck(pair, request.Id, message, role.Controlling, nominates, isConsent) { FirstSentAt = time.GetTimestamp() };
        _open[check.Id] = check;
        Transmit(check);
        return check;
    }

    void Transmit(IceCheck check)
    {
        check.Sent++;
        check.LastSentAt = time.GetTimestamp();
        check.Pair.Transport.Send(check.Message, check.Pair.Peer);
    }

    void Abandon(IcePair pair)
    {
        if (pair.Check is { } check)
        {
            _open.Remove(check.Id);
            pair.Check = null;
        }
    }

    /// <summary>Sends again what is due, and gives up what was sent often enough.</summary>
    void Retransmit()
    {
        foreach (var check in _open.Values.ToList())
        {
            if (check.IsConsent)
            {
                if (time.GetElapsedTime(check.FirstSentAt) > _timings.DisconnectedAfter)
                {
                    _open.Remove(check.Id);
                }
            }
            else if (time.GetElapsedTime(check.LastSentAt) >= check.Interval)
            {
                if (check.Sent < _timings.Transmissions)
                {
                    var doubled = TimeSpan.FromTicks(Math.Max(check.Interval.Ticks * 2, _timings.FirstRetransmission.Ticks));
                    check.Interval = doubled < _timings.LongestRetransmission ? doubled : _timings.LongestRetransmission;
                    Transmit(check);
                }
                else
                {
                    Fail(check.Pair);
                }
            }
        }
    }

    void Fail(IcePair pair)
    {
        Abandon(pair);
        pair.State = IcePairState.Failed;
        if (_nominating == pair)
        {
            _nominating = null;
        }
    }

    /// <summary>Takes the answer to one of the checks. One that is unsigned or comes from elsewhere counts as if it had never come.</summary>
    public void HandleResponse(StunMessage response, IIceTransport transport, IcePeer from)
    {
        if (!_open.TryGetValue(response.Id, out var check) || Remote is null || !response.HasFingerprint || !response.IsSignedWith(Remote.Key)
            || check.Pair.Transport != transport || !check.Pair.Peer.EndPoint.Equals(from.EndPoint))
        {
            return;
        }
        _open.Remove(check.Id);
        var pair = check.Pair;
        if (pair.Check == check)
        {
            pair.Check = null;
        }
        if (response.Class == StunClass.Success)
        {
            Succeed(check, response);
        }
        else if (response.Error == 487)
        {
            // The peer insists on this side's role.
            if (check.Controlling == role.Controlling)
            {
                SwitchTo(!role.Controlling);
            }
            Trigger(pair);
        }
        else if (!check.IsConsent)
        {
            Fail(pair);
        }
    }

    void Succeed(IceCheck check, StunMessage response)
    {
        var pair = check.Pair;
        pair.State = IcePairState.Succeeded;
        pair.IsProven = true;
        pair.AnsweredAt = time.GetTimestamp();
        pair.Mapped = response.Mapped ?? pair.Mapped;
        if (check.Sent == 1)
        {
            pair.RoundTripTime = time.GetElapsedTime(check.FirstSentAt);
        }
        if (check.IsConsent)
        {
            return;
        }
        foreach (var alike in _pairs.Where(p => p.State == IcePairState.Frozen && p.Foundation == pair.Foundation))
        {
            alike.State = IcePairState.Waiting;
        }
        if (_firstValidAt == 0)
        {
            _firstValidAt = time.GetTimestamp();
        }
        if (role.Controlling ? check.Nominates : pair == _latestNominated)
        {
            Select(pair);
        }
    }
}
