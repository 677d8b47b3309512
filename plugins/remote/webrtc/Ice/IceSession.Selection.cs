namespace Breeze.WebRtc.Ice;

/// <summary>Which pair is used, and for how long (RFC 8445, 8 and RFC 7675).</summary>
sealed partial class IceSession
{
    long _startedAt;
    long _firstValidAt;
    long _pacedAt;
    long _consentAskedAt;
    long _recheckedAt;
    TimeSpan _consentDue;
    IcePair? _nominating;
    IcePair? _latestNominated;
    bool _failed;
    bool _disturbed;
    bool _selectedIsGone;

    /// <summary>Without the end states that only the agent knows.</summary>
    public IceState State =>
        _failed ? IceState.Failed
        : Remote is null ? IceState.New
        : Selected is null ? IceState.Checking
        : _disturbed ? IceState.Disconnected
        : IceState.Connected;

    /// <summary>Does what is due; the time until the next of it, null when there is nothing to come.</summary>
    public TimeSpan? Tick()
    {
        if (Remote is null || _failed)
        {
            return null;
        }
        Retransmit();
        if (_pacedAt == 0 || time.GetElapsedTime(_pacedAt) >= _timings.Pace)
        {
            if (NextToCheck() is { } next)
            {
                _pacedAt = time.GetTimestamp();
                StartCheck(next, nominates: false);
            }
        }
        Nominate();
        WatchSelected();
        if (Selected is null && time.GetElapsedTime(_startedAt) >= _timings.FailedAfter)
        {
            GiveUp();
            return null;
        }
        return IsChecking || _open.Values.Any(c => !c.IsConsent) ? _timings.Pace
            : Selected is null ? _timings.WaitForBetter
            : Shorter(_consentDue - time.GetElapsedTime(_consentAskedAt), _timings.DisconnectedAfter / 4);
    }

    /// <summary>As the controlling side: chooses the best of the pairs that work.</summary>
    void Nominate()
    {
        if (!role.Controlling || _nominating is not null || Best(p => p.State == IcePairState.Succeeded && !IsSilent(p)) is not { } best || best == Selected)
        {
            return;
        }
        if (Selected is not null && !_disturbed)
        {
            // A pair in use is left only for one that needs no relay.
            if (!Selected.IsRelayed || best.IsRelayed)
            {
                return;
            }
        }
        else
        {
            var wait = best.IsRelayed && !options.RelayOnly ? _timings.WaitForDirect : _timings.WaitForBetter;
            var better = _pairs.Exists(p => p.State is not (IcePairState.Succeeded or IcePairState.Failed) && p.Priority(true) > best.Priority(true));
            if ((better || (best.IsRelayed && !options.RelayOnly)) && time.GetElapsedTime(_firstValidAt) < wait)
            {
                return;
            }
        }
        _nominating = best;
        StartCheck(best, nominates: true);
    }

    bool IsSilent(IcePair pair) =>
        _disturbed && (time.GetElapsedTime(pair.AnsweredAt) >= _timings.DisconnectedAfter || (pair == Selected && _selectedIsGone));

    void Select(IcePair pair)
    {
        _nominating = null;
        if (_failed || Selected == pair)
        {
            return;
        }
        Selected = pair;
        _disturbed = false;
        _selectedIsGone = false;
        _consentAskedAt = time.GetTimestamp();
        _consentDue = _timings.Consent;
        pair.AnsweredAt = Math.Max(pair.AnsweredAt, 1);
        selected(pair);
    }

    /// <summary>Asks the peer again and again whether it is still there and still wants this.</summary>
    void WatchSelected()
    {
        if (Selected is not { } pair)
        {
            return;
        }
        if (time.GetElapsedTime(_consentAskedAt) >= _consentDue)
        {
            _consentAskedAt = time.GetTimestamp();
            _consentDue = _timings.Consent * (0.8 + (Random.Shared.NextDouble() * 0.4));
            // As the controlling side every one says that this pair is the chosen one, should the first have been lost.
            Send(pair, role.Controlling, isConsent: true);
        }
        var silence = time.GetElapsedTime(pair.AnsweredAt);
        if (silence >= _timings.FailedAfter)
        {
            GiveUp();
        }
        else if (silence >= _timings.DisconnectedAfter || _selectedIsGone)
        {
            if (!_disturbed || (!IsChecking && time.GetElapsedTime(_recheckedAt) >= _timings.Consent))
            {
                _disturbed = true;
                CheckAllAgain();
            }
        }
        else
        {
            _disturbed = false;
        }
    }

    /// <summary>Tries every other pair anew, whatever came of it before.</summary>
    public void CheckAllAgain()
    {
        if (Remote is null || _failed)
        {
            return;
        }
        _firstValidAt = 0;
        _recheckedAt = time.GetTimestamp();
        foreach (var pair in _pairs.Where(p => p != Selected && p.State is IcePairState.Succeeded or IcePairState.Failed))
        {
            Abandon(pair);
            pair.State = IcePairState.Waiting;
        }
    }

    void GiveUp()
    {
        _failed = true;
        Selected = null;
        _open.Clear();
        _triggered.Clear();
    }

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : a < b ? a : b;
}
