using System.Threading.Channels;
using Breeze.WebRtc.DataChannels;
using Breeze.WebRtc.Dtls;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Sdp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.WebRtc;

/// <summary>
/// A connection for data channels with a browser or another of these; the shape of <c>RTCPeerConnection</c> in W3C WebRTC. Signalling is the caller's: descriptions
/// and candidates go over whatever there is. Thread-safe; events come one at a time. It lives until it is disposed.
/// </summary>
public sealed partial class RtcPeerConnection : IAsyncDisposable
{
    readonly Lock _sync = new();
    readonly RtcConfiguration _configuration;
    readonly DtlsCertificate _certificate;
    readonly IceAgent _ice;
    readonly DtlsPipe _pipe;
    readonly SerialQueue _events;
    readonly DataChannelHub _channels = new();
    readonly Channel<RtcIceCandidate> _localCandidates = Channel.CreateUnbounded<RtcIceCandidate>();
    readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ILogger _logger;
    readonly TimeProvider _time;
    readonly ulong _sessionId = (ulong)Random.Shared.NextInt64(1, long.MaxValue);
    Task _transport = Task.CompletedTask;
    RtcConnectionState _state = RtcConnectionState.New;
    bool _dtlsFailed;
    bool _peerLeft;
    bool _closed;

    /// <summary>Throws an <see cref="ArgumentException"/> when an ICE server cannot be understood.</summary>
    public RtcPeerConnection(RtcConfiguration configuration, ILogger? logger = null, TimeProvider? time = null)
    {
        _logger = logger ?? NullLogger.Instance;
        _configuration = configuration;
        _time = time ?? TimeProvider.System;
        _certificate = DtlsCertificate.Create(_time);
        _ice = new(
            new()
            {
                Servers = Servers(configuration),
                RelayOnly = configuration.IceTransportPolicy == RtcIceTransportPolicy.Relay,
                Loopback = configuration.IncludeLoopback,
                Mdns = configuration.ResolveLocalNames,
                Timings = configuration.Timings,
            },
            _time,
            _logger);
        _pipe = new(_ice.Send, _logger);
        _events = new(_logger);
        _ice.Received = _pipe.Deliver;
        _ice.CandidateFound += OnCandidate;
        _ice.StateChanged += _ => Update();
        _ice.SelectedChanged += () =>
        {
            BeginDtls();
            _events.Post(() => SelectedPairChanged?.Invoke());
        };
        // A failure that nobody waits for is no unobserved one.
        _ = _connected.Task.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public event Action<RtcConnectionState>? ConnectionStateChanged;

    /// <summary>The way that data takes is another, or more is known of it.</summary>
    public event Action? SelectedPairChanged;

    public RtcConnectionState ConnectionState
    {
        get
        {
            lock (_sync)
            {
                return _state;
            }
        }
    }

    public IceState IceConnectionState => _ice.State;

    /// <summary>Completes when data can flow; fails with an <see cref="IOException"/> when the connection ended before.</summary>
    public Task Connected => _connected.Task;

    /// <summary>The largest message that the peer takes, in bytes; what a peer takes that says nothing while its description is not known.</summary>
    public int RemoteMaxMessageSize
    {
        get
        {
            lock (_sync)
            {
                return LargestFor(_remote);
            }
        }
    }

    /// <summary>The way that data takes; null while there is none.</summary>
    public RtcSelectedPair? SelectedPair => _ice.Selected is { } pair ? Describe(pair) : null;

    /// <summary>
    /// The candidates of this side as they are found, to be sent to the peer. An empty one says that there are no more, until the network changes or ICE is restarted;
    /// the stream itself ends with the connection. One reader.
    /// </summary>
    public IAsyncEnumerable<RtcIceCandidate> LocalCandidatesAsync(CancellationToken cancellationToken) => _localCandidates.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Opens a channel; before the connection it waits for it.</summary>
    public IRtcDataChannel CreateDataChannel(string label, RtcDataChannelOptions? options = null) => _channels.Open(label, options ?? new());

    /// <summary>The channels that the peer opens, until the connection ends. One reader.</summary>
    public IAsyncEnumerable<IRtcDataChannel> AcceptDataChannelsAsync(CancellationToken cancellationToken) => _channels.AcceptAllAsync(cancellationToken);

    static List<IceServerAddress> Servers(RtcConfiguration configuration)
    {
        List<IceServerAddress> servers = [];
        foreach (var server in configuration.IceServers)
        {
            foreach (var url in server.Urls)
            {
                if (!IceServerAddress.TryParse(url, server.Username, server.Credential, out var address, out var error))
                {
                    throw new ArgumentException(error, nameof(configuration));
                }
                servers.Add(address);
            }
        }
        return servers;
    }

    static RtcSelectedPair Describe(IcePair pair)
    {
        // A socket that the peer sees under another address is behind a NAT.
        var mapped = pair.Local.Type == IceCandidateType.Host && pair.Mapped is { } seen && !seen.Equals(pair.Local.EndPoint) ? pair.Mapped : null;
        var type = mapped is null ? pair.Local.Type : IceCandidateType.PeerReflexive;
        return new(type, mapped ?? pair.Local.EndPoint, pair.Remote.Type, pair.Remote.EndPoint, pair.RoundTripTime);
    }

    void OnCandidate(IceCandidate? candidate)
    {
        var (mid, index) = LocalSection();
        _localCandidates.Writer.TryWrite(new(candidate is null ? "" : SdpCandidate.From(candidate).ToString(), mid, index, _ice.Local.Fragment));
    }

    /// <summary>Works the state out anew and tells it when it is another.</summary>
    void Update()
    {
        lock (_sync)
        {
            var ice = _ice.State;
            var state =
                _closed || _peerLeft ? RtcConnectionState.Closed
                : _dtlsFailed || ice == IceState.Failed ? RtcConnectionState.Failed
                : ice == IceState.Disconnected ? RtcConnectionState.Disconnected
                : ice == IceState.New ? RtcConnectionState.New
                : ice == IceState.Checking || !_pipe.Connected.IsCompletedSuccessfully ? RtcConnectionState.Connecting
                : RtcConnectionState.Connected;
            if (state == _state)
            {
                return;
            }
            _state = state;
            if (state == RtcConnectionState.Failed)
            {
                _connected.TrySetException(new IOException("No way to the peer was found, or it was lost."));
            }
            _events.Post(() => ConnectionStateChanged?.Invoke(state));
        }
    }

    /// <summary>Ends everything: channels, association, DTLS with a goodbye to the peer, sockets and relays.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_sync)
        {
            if (_closed)
            {
                return;
            }
            _closed = true;
            _signaling = RtcSignalingState.Closed;
        }
        _connected.TrySetException(new IOException("The connection was closed."));
        await _channels.DisposeAsync();
        await _pipe.DisposeAsync();
        await _transport;
        Update();
        await _ice.DisposeAsync();
        _localCandidates.Writer.TryComplete();
        await _events.DisposeAsync();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The WebRTC connection failed: {Reason}")]
    static partial void LogFailed(ILogger logger, string reason);
}
