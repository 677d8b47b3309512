using System.Net;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Turn;

/// <summary>
/// An allocation on a TURN server (RFC 8656): an address there whose datagrams come here. It renews itself until it is disposed or
/// <see cref="Ended"/>.
/// </summary>
sealed class TurnClient : IIceTransport, IAsyncDisposable
{
    const uint Udp = 17u << 24;
    const uint MaxLifetime = 3600;
    static readonly TimeSpan PeersRefresh = TimeSpan.FromMinutes(4);

    readonly ITurnLink _link;
    readonly TurnRequests _requests;
    readonly TurnPeers _peers;
    readonly TimeProvider _time;
    readonly IceDatagramHandler _received;
    readonly CancellationTokenSource _closing = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TimeSpan _lifetime;
    Task _renewing = Task.CompletedTask;
    bool _allocated;
    int _disposed;

    public TurnClient(IceServerAddress server, ITurnLink link, TimeProvider time, IceDatagramHandler received)
    {
        _link = link;
        _time = time;
        _received = received;
        _requests = new(server, link, time);
        _peers = new(_requests, link, _closing.Token);
        link.Start(OnMessage, () => _ended.TrySetResult());
    }

    /// <summary>The relayed address.</summary>
    public IPEndPoint LocalEndPoint { get; private set; } = new(IPAddress.Any, 0);

    /// <summary>What the server sees of this side.</summary>
    public IPEndPoint? Mapped { get; private set; }

    /// <summary>The address of this machine that the server is reached from.</summary>
    public IPAddress LinkAddress => _link.Local;
    public bool OverTcp => _link.IsStream;
    public Task Ended => _ended.Task;

    /// <summary>Asks for the address.</summary>
    public async Task<TurnOutcome> AllocateAsync(CancellationToken cancellationToken)
    {
        var answer = await _requests.SendAsync(StunMethod.Allocate, r => r.Add(StunAttribute.RequestedTransport, Udp), cancellationToken);
        if (answer is null)
        {
            return new($"The TURN server {_link.Server} did not answer.");
        }
        if (answer.Class == StunClass.Error)
        {
            return answer.Error == 300 ? new("The TURN server names another one.", answer.Address(StunAttribute.AlternateServer)) : new(Explain(answer.Error));
        }
        if (answer.Address(StunAttribute.XorRelayedAddress) is not { Port: > 0 } relayed)
        {
            return new($"The TURN server {_link.Server} gave no address.");
        }
        LocalEndPoint = relayed;
        Mapped = answer.Mapped;
        SetLifetime(answer);
        _allocated = true;
        _renewing = Task.Run(RenewAsync, CancellationToken.None);
        return new(null);
    }

    string Explain(int? error) => error switch
    {
        401 => $"The TURN server {_link.Server} refuses the credentials: they are wrong or their time is over.",
        403 => $"The TURN server {_link.Server} forbids it.",
        486 => $"The TURN server {_link.Server} has given this user as many addresses as it may.",
        508 => $"The TURN server {_link.Server} has no address left.",
        _ => $"The TURN server {_link.Server} refused with error {error}.",
    };

    void SetLifetime(StunMessage answer) => _lifetime = TimeSpan.FromSeconds(Math.Clamp(answer.UInt32(StunAttribute.Lifetime) ?? 600, 1, MaxLifetime));

    async Task RenewAsync()
    {
        try
        {
            var peersAt = _time.GetTimestamp();
            var allocationAt = peersAt;
            var failures = 0;
            while (failures < 2)
            {
                // A minute before the end, or at half of a short life.
                var due = _lifetime > TimeSpan.FromMinutes(2) ? _lifetime - TimeSpan.FromMinutes(1) : _lifetime / 2;
                var wait = Min(due - _time.GetElapsedTime(allocationAt), PeersRefresh - _time.GetElapsedTime(peersAt));
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1), _time, _closing.Token);
                if (_time.GetElapsedTime(allocationAt) >= due)
                {
                    allocationAt = _time.GetTimestamp();
                    var answer = await _requests.SendAsync(StunMethod.Refresh, r => r.Add(StunAttribute.Lifetime, 600u), _closing.Token);
                    if (answer?.Class == StunClass.Success)
                    {
                        failures = 0;
                        SetLifetime(answer);
                    }
                    else
                    {
                        failures += answer is null ? 1 : 2;
                    }
                }
                if (_time.GetElapsedTime(peersAt) >= PeersRefresh)
                {
                    peersAt = _time.GetTimestamp();
                    await _peers.RefreshAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        _ended.TrySetResult();
    }

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    void OnMessage(ReadOnlySpan<byte> message)
    {
        if (message.Length > 0 && message[0] is >= 0x40 and < 0x80)
        {
            if (TurnChannelData.TryRead(message, out var channel, out var data) && _peers.Of(channel) is { } peer)
            {
                _received(this, peer, data);
            }
        }
        else if (StunMessage.TryParse(message, out var stun) && !_requests.Deliver(stun)
            && stun is { Class: StunClass.Indication, Method: StunMethod.Data } && stun.Address(StunAttribute.XorPeerAddress) is { } from)
        {
            _received(this, new(from), stun.Get(StunAttribute.Data));
        }
    }

    public bool Send(ReadOnlySpan<byte> datagram, IcePeer to)
    {
        _peers.Send(datagram, to);
        return !_ended.Task.IsCompleted;
    }

    public void Prefer(IcePeer peer) => _ = _peers.BindAsync(peer);

    /// <summary>Gives the address back without waiting for the server to say yes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        if (_allocated)
        {
            _requests.SendOnce(StunMethod.Refresh, r => r.Add(StunAttribute.Lifetime, 0u));
        }
        await _closing.CancelAsync();
        await _renewing;
        await _link.DisposeAsync();
        _closing.Dispose();
    }
}
