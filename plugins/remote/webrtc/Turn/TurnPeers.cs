using System.Collections.Concurrent;
using System.Net;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Turn;

/// <summary>The peers that one allocation talks to: permissions by address, channels by address and port. Both bounded.</summary>
sealed class TurnPeers(TurnRequests requests, ITurnLink link, CancellationToken closing)
{
    const int MaxPermissions = 64;
    const int MaxChannels = 64;
    const int MaxWaiting = 8;

    readonly ConcurrentDictionary<IPAddress, Permission> _permissions = [];
    readonly ConcurrentDictionary<IPEndPoint, ushort> _channels = [];
    readonly ConcurrentDictionary<ushort, IcePeer> _byChannel = [];
    readonly ConcurrentDictionary<IPEndPoint, ushort> _binding = [];
    int _lastChannel = TurnChannelData.FirstChannel - 1;

    public IcePeer? Of(ushort channel) => _byChannel.GetValueOrDefault(channel);

    public void Send(ReadOnlySpan<byte> datagram, IcePeer to)
    {
        if (_channels.TryGetValue(to.EndPoint, out var channel))
        {
            Span<byte> frame = stackalloc byte[2048];
            var length = TurnChannelData.HeaderLength + datagram.Length;
            if (length <= frame.Length)
            {
                TurnChannelData.Write(frame, channel, datagram);
                link.Send(frame[..length]);
            }
            return;
        }
        if (Permit(to.EndPoint.Address) is not { } permission)
        {
            return;
        }
        lock (permission)
        {
            if (!permission.Granted)
            {
                // The first check would be lost and come again half a second later: it waits for the permission instead.
                if (permission.Waiting.Count < MaxWaiting)
                {
                    permission.Waiting.Add((datagram.ToArray(), to));
                }
                return;
            }
        }
        Indicate(datagram, to);
    }

    void Indicate(ReadOnlySpan<byte> datagram, IcePeer to) =>
        link.Send(new StunBuilder(StunClass.Indication, StunMethod.Send, StunTransactionId.Create())
            .Add(StunAttribute.XorPeerAddress, to.EndPoint).Add(StunAttribute.Data, datagram).Build());

    Permission? Permit(IPAddress address)
    {
        if (_permissions.TryGetValue(address, out var known))
        {
            return known;
        }
        if (_permissions.Count >= MaxPermissions)
        {
            return null;
        }
        var permission = new Permission();
        if (_permissions.TryAdd(address, permission))
        {
            _ = GrantAsync(address, permission);
        }
        return _permissions[address];
    }

    async Task GrantAsync(IPAddress address, Permission permission)
    {
        try
        {
            var answer = await requests.SendAsync(StunMethod.CreatePermission, r => r.Add(StunAttribute.XorPeerAddress, new IPEndPoint(address, 0)), closing);
            List<(byte[], IcePeer)> waiting;
            lock (permission)
            {
                // A refused one stays as it is, so that a peer cannot make this side ask over and over.
                permission.Granted = answer?.Class == StunClass.Success || permission.Granted;
                waiting = [.. permission.Waiting];
                permission.Waiting.Clear();
            }
            if (permission.Granted)
            {
                foreach (var (datagram, to) in waiting)
                {
                    Indicate(datagram, to);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The allocation is being closed.
        }
    }

    /// <summary>Binds a channel to the peer, whose data then carries four bytes instead of thirty-six.</summary>
    public async Task BindAsync(IcePeer peer)
    {
        if (_channels.ContainsKey(peer.EndPoint) || _binding.Count >= MaxChannels || !_binding.TryAdd(peer.EndPoint, 0))
        {
            return;
        }
        var channel = (ushort)Interlocked.Increment(ref _lastChannel);
        _binding[peer.EndPoint] = channel;
        // The server may use it at once, before its answer is here.
        _byChannel[channel] = peer;
        await BindAsync(peer.EndPoint, channel);
    }

    async Task BindAsync(IPEndPoint peer, ushort channel)
    {
        try
        {
            var answer = await requests.SendAsync(
                StunMethod.ChannelBind, r => r.Add(StunAttribute.ChannelNumber, (uint)channel << 16).Add(StunAttribute.XorPeerAddress, peer), closing);
            if (answer?.Class == StunClass.Success)
            {
                _channels[peer] = channel;
            }
            else
            {
                // Without a channel, indications still go.
                _channels.TryRemove(peer, out _);
            }
        }
        catch (OperationCanceledException)
        {
            // The allocation is being closed.
        }
    }

    /// <summary>Renews all of them; permissions live five minutes, channels ten.</summary>
    public Task RefreshAsync() => Task.WhenAll(
        [.. _permissions.Select(p => GrantAsync(p.Key, p.Value)), .. _channels.Select(c => BindAsync(c.Key, c.Value))]);

    sealed class Permission
    {
        public bool Granted { get; set; }
        public List<(byte[] Datagram, IcePeer To)> Waiting { get; } = [];
    }
}
