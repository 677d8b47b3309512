using System.Globalization;
using System.Net;
using Breeze.WebRtc.Stun;
using Breeze.WebRtc.Turn;
using Microsoft.Extensions.Logging;

namespace Breeze.WebRtc.Ice;

/// <summary>
/// Finds this side's candidates (RFC 8445, 5.1.1): a socket for each local address, what STUN servers see of them, and relays. After a change of the network it adds
/// and removes what differs.
/// </summary>
sealed partial class IceGatherer(
    IceOptions options, TimeProvider time, ILogger logger, IceDatagramHandler received, Action<IceCandidate, IIceTransport> found, Action<IIceTransport> lost,
    Action relayEnded) : IAsyncDisposable
{
    const int MaxServers = 8;

    readonly StunTransactions _stun = new(time);
    readonly SemaphoreSlim _one = new(1, 1);
    readonly Dictionary<string, string> _foundations = [];
    readonly List<IceSocket> _sockets = [];
    readonly List<(IceServerAddress Server, TurnClient Client)> _relays = [];
    volatile bool _disposed;

    /// <summary>Whether the message answers a question to a STUN server.</summary>
    public bool Deliver(StunMessage message) => _stun.Deliver(message);

    /// <summary>Looks for what is not there yet; completes when every server has answered or was given up.</summary>
    public async Task GatherAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var addresses = options.Addresses?.Invoke() ?? LocalAddresses.List(options.Loopback);
            await DropAsync(addresses);
            var servers = options.Servers.Take(MaxServers).ToList();
            List<Task> work = [];
            if (!options.RelayOnly)
            {
                for (var i = 0; i < addresses.Count; i++)
                {
                    if (!_sockets.Exists(s => s.LocalEndPoint.Address.Equals(addresses[i])) && Open(addresses[i], i) is { } socket)
                    {
                        var udp = servers.Where(s => s.Kind is IceServerKind.Stun or IceServerKind.TurnUdp);
                        work.AddRange(udp.Select(s => ReflectAsync(socket, i, s, cancellationToken)));
                    }
                }
            }
            work.AddRange(servers.Where(s => s.IsTurn && !_relays.Exists(r => r.Server == s)).Select(s => RelayAsync(s, cancellationToken)));
            await Task.WhenAll(work);
        }
        finally
        {
            _one.Release();
        }
    }

    async Task DropAsync(IReadOnlyList<IPAddress> addresses)
    {
        foreach (var socket in _sockets.Where(s => !addresses.Contains(s.LocalEndPoint.Address)).ToList())
        {
            _sockets.Remove(socket);
            lost(socket);
            await socket.DisposeAsync();
        }
        List<(IceServerAddress Server, TurnClient Client)> gone;
        lock (_relays)
        {
            gone = _relays.FindAll(r => r.Client.Ended.IsCompleted || !(IPAddress.IsLoopback(r.Client.LinkAddress) || addresses.Contains(r.Client.LinkAddress)));
            _relays.RemoveAll(gone.Contains);
        }
        foreach (var (_, client) in gone)
        {
            lost(client);
            await client.DisposeAsync();
        }
    }

    IceSocket? Open(IPAddress address, int index)
    {
        if (IceSocket.TryBind(address) is not { } socket)
        {
            return null;
        }
        _sockets.Add(socket);
        var priority = IcePriority.Candidate(IceCandidateType.Host, address.AddressFamily, index);
        found(new(Foundation("host", address, ""), priority, socket.LocalEndPoint, IceCandidateType.Host), socket);
        socket.Start(received);
        return socket;
    }

    async Task ReflectAsync(IceSocket socket, int index, IceServerAddress server, CancellationToken cancellationToken)
    {
        var local = socket.LocalEndPoint;
        var address = (await IceResolver.ResolveAsync(server.Host, 8, cancellationToken)).FirstOrDefault(a => a.AddressFamily == local.AddressFamily);
        if (address is null || IPAddress.IsLoopback(address) != IPAddress.IsLoopback(local.Address))
        {
            return;
        }
        var peer = new IcePeer(new(address, server.Port));
        var request = new StunBuilder(StunClass.Request, StunMethod.Binding, StunTransactionId.Create()).Fingerprint();
        var message = request.Build();
        var answer = await _stun.RequestAsync(request.Id, () => socket.Send(message, peer), _ => true, StunRetransmission.Datagrams, cancellationToken);
        if (answer is { Class: StunClass.Success } && answer.Mapped is { Port: > 0 } mapped && mapped.AddressFamily == local.AddressFamily && !mapped.Equals(local))
        {
            var priority = IcePriority.Candidate(IceCandidateType.ServerReflexive, local.AddressFamily, index);
            found(new(Foundation("srflx", local.Address, server.Host), priority, mapped, IceCandidateType.ServerReflexive, local), socket);
        }
    }

    async Task RelayAsync(IceServerAddress server, CancellationToken cancellationToken)
    {
        var (client, error) = await TurnConnector.ConnectAsync(server, time, received, cancellationToken);
        if (client is null)
        {
            LogNoRelay(logger, error ?? "");
            return;
        }
        int index;
        lock (_relays)
        {
            if (!_disposed)
            {
                _relays.Add((server, client));
            }
            index = _relays.Count;
        }
        if (_disposed)
        {
            await client.DisposeAsync();
            return;
        }
        var priority = IcePriority.Candidate(IceCandidateType.Relayed, client.LocalEndPoint.AddressFamily, index, client.OverTcp);
        var foundation = Foundation(client.OverTcp ? "relay-tcp" : "relay", client.LinkAddress, server.Host);
        found(new(foundation, priority, client.LocalEndPoint, IceCandidateType.Relayed, client.Mapped), client);
        _ = client.Ended.ContinueWith(_ => OnRelayEnded(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>The server let it go, or the way to it broke: another is asked for.</summary>
    void OnRelayEnded()
    {
        if (!_disposed)
        {
            relayEnded();
        }
    }

    /// <summary>One number for all candidates of the same kind, base and server.</summary>
    string Foundation(string kind, IPAddress address, string server)
    {
        lock (_foundations)
        {
            var key = $"{kind} {address} {server}";
            if (!_foundations.TryGetValue(key, out var foundation))
            {
                _foundations[key] = foundation = (_foundations.Count + 1).ToString(CultureInfo.InvariantCulture);
            }
            return foundation;
        }
    }

    /// <summary>After the caller has cancelled what it gathers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _one.WaitAsync();
        _disposed = true;
        foreach (var socket in _sockets)
        {
            await socket.DisposeAsync();
        }
        foreach (var (_, client) in _relays)
        {
            await client.DisposeAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No relay: {Error}")]
    static partial void LogNoRelay(ILogger logger, string error);
}
