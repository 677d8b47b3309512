using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Sdp;

namespace Breeze.WebRtc;

/// <summary>The exchange of descriptions (RFC 8829).</summary>
public sealed partial class RtcPeerConnection
{
    const string DataMedia = "application";
    const string DataProtocol = "UDP/DTLS/SCTP";
    const string DataFormat = "webrtc-datachannel";

    RtcSignalingState _signaling = RtcSignalingState.Stable;
    SdpDescription? _remoteDescription;
    SdpDataSection? _remote;
    ulong _version;
    bool _dtlsClient;
    bool _roleKnown;

    public RtcSignalingState SignalingState
    {
        get
        {
            lock (_sync)
            {
                return _signaling;
            }
        }
    }

    /// <summary>An offer with the candidates known so far. With <paramref name="iceRestart"/> it asks for new ways while the old one still serves.</summary>
    public RtcSessionDescription CreateOffer(bool iceRestart = false)
    {
        lock (_sync)
        {
            Demand(_signaling is RtcSignalingState.Stable or RtcSignalingState.HaveLocalOffer, "make an offer");
            if (!_roleKnown)
            {
                _ice.Controlling = true;
            }
            else if (iceRestart)
            {
                _ice.Restart();
            }
            var (mid, _) = LocalSection();
            var section = new SdpSection(DataMedia, DataProtocol, DataFormat, mid, OwnSection(SdpSetup.ActPass));
            return new(RtcSdpType.Offer, SdpWriter.Write(new(_sessionId, ++_version, [section])));
        }
    }

    /// <summary>The answer to the offer that was set.</summary>
    public RtcSessionDescription CreateAnswer()
    {
        lock (_sync)
        {
            Demand(_signaling == RtcSignalingState.HaveRemoteOffer, "answer");
            // Every section of the offer is answered; what is not the data channels' is refused.
            var data = _remoteDescription!.DataSection;
            var own = OwnSection(_dtlsClient ? SdpSetup.Active : SdpSetup.Passive);
            var sections = _remoteDescription.Sections.Select(s => s with { Data = s == data ? own : null });
            return new(RtcSdpType.Answer, SdpWriter.Write(new(_sessionId, ++_version, [.. sections])));
        }
    }

    /// <summary>Begins to gather candidates; with an answer also to connect.</summary>
    public void SetLocalDescription(RtcSessionDescription description)
    {
        lock (_sync)
        {
            var isOffer = description.Type == RtcSdpType.Offer;
            var isFirst = _signaling is RtcSignalingState.Stable or RtcSignalingState.HaveLocalOffer;
            Demand(isOffer ? isFirst : _signaling == RtcSignalingState.HaveRemoteOffer, "set this local description");
            _signaling = isOffer ? RtcSignalingState.HaveLocalOffer : RtcSignalingState.Stable;
        }
        _ice.Gather();
    }

    /// <summary>Takes the peer's offer or answer. Throws an <see cref="RtcException"/> that says what is wrong with it.</summary>
    public void SetRemoteDescription(RtcSessionDescription description)
    {
        if (!SdpParser.TryParse(description.Sdp, out var parsed, out var error))
        {
            throw new RtcException(error);
        }
        if (parsed.Data is not { } data)
        {
            throw new RtcException("The description has no section for data channels ('m=application … UDP/DTLS/SCTP webrtc-datachannel').");
        }
        lock (_sync)
        {
            var isOffer = description.Type == RtcSdpType.Offer;
            var isFirst = _signaling is RtcSignalingState.Stable or RtcSignalingState.HaveRemoteOffer;
            Demand(isOffer ? isFirst : _signaling == RtcSignalingState.HaveLocalOffer, "set this remote description");
            if (_remote is not null && !_remote.Fingerprints.Any(data.Fingerprints.Contains))
            {
                throw new RtcException("The description has another certificate than the connection; make a new connection.");
            }
            SettleRoles(isOffer, data.Setup);
            _remoteDescription = parsed;
            _remote = data;
            _signaling = isOffer ? RtcSignalingState.HaveRemoteOffer : RtcSignalingState.Stable;
            UseIce(isOffer, data);
        }
    }

    void SettleRoles(bool isOffer, SdpSetup setup)
    {
        if (!isOffer && setup == SdpSetup.ActPass)
        {
            throw new RtcException("An answer must say 'setup:active' or 'setup:passive'.");
        }
        if (_roleKnown)
        {
            return;
        }
        // The one that answers may choose, and begins itself: that saves a round trip.
        _dtlsClient = setup != SdpSetup.Active;
        _roleKnown = true;
        if (isOffer)
        {
            _ice.Controlling = false;
        }
    }

    void UseIce(bool isOffer, SdpDataSection data)
    {
        if (_ice.Remote != data.Ice)
        {
            if (isOffer && _ice.Remote is not null)
            {
                _ice.Restart();
            }
            _ice.SetRemote(data.Ice);
        }
        foreach (var candidate in data.Candidates)
        {
            _ice.AddRemote(candidate);
        }
        foreach (var candidate in data.NamedCandidates)
        {
            _ice.AddRemote(candidate);
        }
        if (data.EndOfCandidates)
        {
            _ice.EndRemote();
        }
    }

    /// <summary>Takes one candidate of the peer. Throws an <see cref="RtcException"/> when it is none; one that this side cannot use is ignored.</summary>
    public void AddIceCandidate(RtcIceCandidate candidate)
    {
        if (candidate.UsernameFragment is { } fragment && _ice.Remote is { } remote && remote.Fragment != fragment)
        {
            // Of an ICE session that a restart has ended.
            return;
        }
        if (string.IsNullOrWhiteSpace(candidate.Candidate))
        {
            _ice.EndRemote();
            return;
        }
        if (!SdpCandidate.TryParse(candidate.Candidate, out var parsed, out var error))
        {
            throw new RtcException(error ?? "");
        }
        _ice.AddRemote(parsed);
    }

    /// <summary>The section of the data channels: the peer's if it has offered, else the only one.</summary>
    (string Mid, int Index) LocalSection()
    {
        lock (_sync)
        {
            var section = _remoteDescription?.DataSection;
            return section is null ? ("0", 0) : (section.Mid, _remoteDescription!.Sections.ToList().IndexOf(section));
        }
    }

    SdpDataSection OwnSection(SdpSetup setup) => new()
    {
        Ice = _ice.Local,
        Fingerprints = [_certificate.Fingerprint],
        Setup = setup,
        MaxMessageSize = _configuration.MaxMessageSize,
        Candidates = _ice.Candidates,
        EndOfCandidates = _ice.IsGathered,
    };

    void Demand(bool fits, string what)
    {
        if (!fits)
        {
            throw new RtcException($"It is not the time to {what}: the signalling state is {_signaling}.");
        }
    }
}
