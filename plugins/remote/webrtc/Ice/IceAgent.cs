using System.Net.NetworkInformation;
using Breeze.WebRtc.Dtls;
using Breeze.WebRtc.Ice.Mdns;
using Breeze.WebRtc.Sdp;
using Microsoft.Extensions.Logging;

namespace Breeze.WebRtc.Ice;

/// <summary>
/// A full ICE agent (RFC 8445, 8838) for one component. Gathers, checks, selects a pair and keeps it alive; datagrams go and come over the selected pair. Thread-safe;
/// its events come one at a time, in order, outside its lock.
/// </summary>
sealed partial class IceAgent : IAsyncDisposable
{
    static readonly TimeSpan NetworkSettles = TimeSpan.FromMilliseconds(300);

    readonly Lock _sync = new();
    readonly IceOptions _options;
    readonly TimeProvider _time;
    readonly SerialQueue _events;
    readonly IceGatherer _gatherer;
    readonly MdnsResolver _mdns;
    readonly ITimer _timer;
    readonly IceRole _role = new();
    readonly CancellationTokenSource _closing = new();
    readonly List<(IceCandidate Candidate, IIceTransport Transport)> _found = [];
    readonly List<Task> _work = [];
    IceSession _session;
    IceSession? _previous;
    volatile IcePair? _selected;
    IceState _state = IceState.New;
    bool _gathered;
    bool _started;
    bool _remoteEnded;
    bool _closed;

    public IceAgent(IceOptions options, TimeProvider? time = null, ILogger? logger = null)
    {
        logger ??= Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        _options = options;
        _time = time ?? TimeProvider.System;
        _events = new(logger);
        _gatherer = new(options, _time, logger, OnDatagram, OnFound, OnLost, () => OnNetworkChanged(null, EventArgs.Empty));
        _mdns = new(_time);
        _session = NewSession();
        _timer = _time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A new candidate of this side; null when there will be no more.</summary>
    public event Action<IceCandidate?>? CandidateFound;
    public event Action<IceState>? StateChanged;
    public event Action? SelectedChanged;

    /// <summary>Receives what is not STUN and comes from the peer. On threads of the sockets, possibly two at once; set before <see cref="Gather"/>.</summary>
    public DatagramHandler? Received { get; set; }

    public IceState State => Locked(() => _state);
    public IceCredentials Local => Locked(() => _session.Local);
    public IceCredentials? Remote => Locked(() => _session.Remote);
    public IcePair? Selected => _selected;
    public IReadOnlyList<IceCandidate> Candidates => Locked(() => _found.Select(f => f.Candidate).ToList());
    public bool IsGathered => Locked(() => _gathered);

    public bool Controlling
    {
        get => Locked(() => _role.Controlling);
        set => Locked(() => _role.Controlling = value);
    }

    IceSession NewSession()
    {
        IceSession? session = null;
        session = new(_role, _options, _time, pair =>
        {
            _selected = pair;
            // Until the new check list has a pair, the old one may still change its own.
            _previous = session == _session ? null : _previous;
            pair.Transport.Prefer(pair.Peer);
            _events.Post(() => SelectedChanged?.Invoke());
        });
        return session;
    }

    /// <summary>Begins to gather, and from now on follows changes of the network. Further calls do nothing.</summary>
    public void Gather()
    {
        lock (_sync)
        {
            if (_started || _closed)
            {
                return;
            }
            _started = true;
            Run(() => _gatherer.GatherAsync(_closing.Token));
        }
        NetworkChange.NetworkAddressChanged += OnNetworkChanged;
    }

    /// <summary>Looks at the network anew: sockets for new addresses, no more for those that are gone, and all pairs are tried again.</summary>
    public void Refresh()
    {
        lock (_sync)
        {
            if (!_started || _closed)
            {
                return;
            }
            Run(async () =>
            {
                await _gatherer.GatherAsync(_closing.Token);
                Change(() => _session.CheckAllAgain());
            });
        }
    }

    public void SetRemote(IceCredentials credentials) => Change(() => _session.SetRemote(credentials));

    public void AddRemote(IceCandidate candidate) => Change(() => _session.AddRemote(candidate));

    /// <summary>Adds a candidate as the peer wrote it. What this side can do nothing with is ignored, a name that nobody answers for too.</summary>
    public void AddRemote(SdpCandidate candidate)
    {
        if (!candidate.IsLocalName)
        {
            if (candidate.ToIce() is { } ice)
            {
                AddRemote(ice);
            }
            return;
        }
        lock (_sync)
        {
            if (!_options.Mdns || _closed || !candidate.IsUdp)
            {
                return;
            }
            var session = _session;
            _work.RemoveAll(t => t.IsCompleted);
            _work.Add(Task.Run(async () =>
            {
                if (await _mdns.ResolveAsync(candidate.Host, _closing.Token) is { } address && candidate.ToIce(address) is { } ice)
                {
                    Change(() => session.AddRemote(ice));
                }
            }));
        }
    }

    /// <summary>The peer has no more candidates.</summary>
    public void EndRemote() => Change(() => _remoteEnded = true);

    /// <summary>New credentials and a new check list; the selected pair serves until the new list has one (RFC 8445, 9).</summary>
    public void Restart() => Change(() =>
    {
        _previous = _session.Selected is null ? _previous : _session;
        _session = NewSession();
        _remoteEnded = false;
        foreach (var (candidate, transport) in _found)
        {
            _session.AddLocal(candidate, transport);
            _events.Post(() => CandidateFound?.Invoke(candidate));
        }
        if (_gathered)
        {
            _events.Post(() => CandidateFound?.Invoke(null));
        }
    });

    /// <summary>Sends to the peer over the selected pair; drops when there is none. Never throws.</summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        if (_selected is { } pair)
        {
            pair.Transport.Send(datagram, pair.Peer);
        }
    }

    void OnTimer() => Change(() => { });

    /// <summary>Changes something under the lock, and then does what is due.</summary>
    void Change(Action change)
    {
        lock (_sync)
        {
            if (_closed)
            {
                return;
            }
            change();
            var due = Shorter(_session.Tick(), _previous?.Tick());
            Announce(StateNow());
            _timer.Change(due ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    IceState StateNow()
    {
        // A restart that the peer has not joined yet changes nothing.
        var state = _session.Remote is null && _previous is not null ? _previous.State : _session.State;
        if (state == IceState.Failed && _session.Selected is null && _previous?.Selected is null)
        {
            _selected = null;
        }
        return state == IceState.Connected && _gathered && _remoteEnded && !_session.IsChecking ? IceState.Completed : state;
    }

    void Announce(IceState state)
    {
        if (state != _state)
        {
            _state = state;
            _events.Post(() => StateChanged?.Invoke(state));
        }
    }

    T Locked<T>(Func<T> read)
    {
        lock (_sync)
        {
            return read();
        }
    }

    static TimeSpan? Shorter(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null || a < b ? a : b;

    public async ValueTask DisposeAsync()
    {
        List<Task> work;
        lock (_sync)
        {
            if (_closed)
            {
                return;
            }
            Announce(IceState.Closed);
            _closed = true;
            _selected = null;
            work = [.. _work];
        }
        NetworkChange.NetworkAddressChanged -= OnNetworkChanged;
        await _closing.CancelAsync();
        await _timer.DisposeAsync();
        await Task.WhenAll(work);
        await _gatherer.DisposeAsync();
        await _events.DisposeAsync();
        _closing.Dispose();
    }
}
