using System.Net.WebSockets;
using System.Text.Json;
using Breeze.PluginHost;
using Breeze.Protocol;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Remote;

/// <summary>One session on this device: what it is, the server says in its first frame; how its messages travel, the browser chooses; the rest is a plugin's.</summary>
sealed partial class RemoteSession(Guid id, SessionSocket socket, IExtensionRegistry extensions, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan PatienceForTheBrowser = TimeSpan.FromSeconds(90);
    static readonly TimeSpan PatienceForThePlugin = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PatienceForTheServer = TimeSpan.FromSeconds(2);
    const int MaximumWords = 1000;

    readonly TaskCompletionSource<bool> _relayed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<RemoteSessionEnd> _violated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly SessionSignaling _signaling = new(socket);
    RemoteSessionOffer? _offer;
    ExtensionLease<IRemoteAccessProvider>? _lease;
    RelayChannel? _relay;

    /// <summary>Whether binary frames on the socket are the session's; read and written by its reader alone.</summary>
    bool _overServer;
    SessionTransport? _transport;

    /// <summary>Hears from the server what it is; returns null when all is there for it, and otherwise what is not.</summary>
    public async Task<string?> JoinAsync(bool refuse, CancellationToken cancellationToken)
    {
        if (await socket.ReceiveAsync(cancellationToken) is not { Text: { Type: RemoteFrameTypes.Session, Session: { Kind: not null } offer } } || offer.Id != id)
        {
            return "The server did not begin with what the session is. Bring agent and server to the same version.";
        }

        _offer = offer;
        if (refuse)
        {
            return await RefuseAsync($"This device serves {RemoteSessions.Maximum} sessions already. End one of them first.", cancellationToken);
        }

        _lease = extensions.Acquire<IRemoteAccessProvider>(offer.Kind);
        return _lease is null
            ? await RefuseAsync($"No plugin on this device serves sessions of this kind. {Choice(extensions.List<IRemoteAccessProvider>())}", cancellationToken)
            : null;
    }

    /// <summary>Serves until either side, the server, the plugin or the agent ends it; then the socket has ended.</summary>
    public async Task RunAsync(CancellationToken agentStopping)
    {
        LogStarted(id, _offer!.Kind, _offer.Technician);
        var lease = _lease!;
        var over = CancellationTokenSource.CreateLinkedTokenSource(agentStopping, lease.Stopping);
        var receiving = ReceiveAsync();
        var serving = Task.Run(() => ServeAsync(lease.Value, over.Token), CancellationToken.None);
        var cancelled = new TaskCompletionSource();
        await using (over.Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), cancelled))
        {
            await Task.WhenAny(receiving, serving, cancelled.Task, _violated.Task);
        }

        var end = agentStopping.IsCancellationRequested ? new(RemoteEndings.AgentStopped, "The agent on the device is being stopped. Start a new session in a moment.")
            : lease.Stopping.IsCancellationRequested ? Replaced
            : _violated.Task.IsCompleted ? await _violated.Task
            : receiving.IsCompleted ? null
            : await serving;
        await over.CancelAsync();
        _relay?.Complete();
        _signaling.Complete();
        if (await Task.WhenAny(serving, Task.Delay(PatienceForThePlugin, time, CancellationToken.None)) != serving)
        {
            LogStubborn(id, _offer.Kind);
        }

        // When the server ended it there is nobody to tell.
        if (end is not null && !receiving.IsCompleted)
        {
            await TellAsync(end);
            await Task.WhenAny(receiving, Task.Delay(PatienceForTheServer, time, CancellationToken.None));
        }

        LogEnded(id, end?.Reason ?? RemoteEndings.Closed);
        socket.Abort();
        // Where a plugin does not let go, what it holds stays until it does.
        _ = Task.WhenAll(receiving, serving).ContinueWith(_ => Release(over), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    static RemoteSessionEnd Replaced { get; } = new(RemoteEndings.Replaced, "The plugin that served this session was replaced. Start a new session to go on.");

    static RemoteSessionEnd Flooded { get; } = new(RemoteEndings.Flood, "The browser sent more than the session allows. Reload the page, and start a new session.");

    /// <summary>Reads frames until the session or its socket ends. After what must not come it only listens for the end: a socket torn down at once takes our words with it.</summary>
    async Task ReceiveAsync()
    {
        try
        {
            while (await socket.ReceiveAsync(CancellationToken.None) is { } frame)
            {
                if (frame.Text is { Type: RemoteFrameTypes.End })
                {
                    return;
                }

                if (_violated.Task.IsCompleted)
                {
                    continue;
                }

                if (frame.Text is { } text)
                {
                    Take(text);
                }
                else if (!_overServer || _relay?.Take(frame.Binary.Span) is not true)
                {
                    _violated.TrySetResult(Flooded);
                }
            }
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is gone, and with it the session.
        }
    }

    /// <summary>A frame of the browser's. What a session is, only the server says, and only at the beginning.</summary>
    void Take(RemoteFrame frame)
    {
        switch (frame)
        {
            case { Type: RemoteFrameTypes.Offer, Sdp: { } sdp } when _transport is null && !_relayed.Task.IsCompleted:
                _transport = SessionTransport.Start(extensions, sdp, _offer!.IceServers, _signaling);
                if (_transport is null)
                {
                    // So that the browser takes the relay at once.
                    _ = TellAsync(new RemoteFrame(RemoteFrameTypes.Answer));
                }

                break;
            case { Type: RemoteFrameTypes.Candidate }:
                _signaling.Take(frame);
                break;
            case { Type: RemoteFrameTypes.Transport, Transport: "relay" } when !_relayed.Task.IsCompleted:
                _relay = new RelayChannel(socket.SendAsync);
                _overServer = true;
                _relayed.TrySetResult(true);
                break;
            case { Type: RemoteFrameTypes.Transport, Transport: "direct" or "turn" }:
                _relayed.TrySetResult(false);
                break;
        }
    }

    async Task<RemoteSessionEnd> ServeAsync(IRemoteAccessProvider provider, CancellationToken cancellationToken)
    {
        try
        {
            var relayed = await _relayed.Task.WaitAsync(PatienceForTheBrowser, time, cancellationToken);
            var other = Interlocked.Exchange(ref _transport, null);
            await using var transport = relayed ? null : other;
            if (relayed && other is not null)
            {
                await other.DisposeAsync();
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, transport?.Stopping ?? default);
            var channel = _relay;
            if (transport is not null && await transport.ChannelAsync(over.Token) is { } direct)
            {
                channel = _relay = new RelayChannel(direct.SendAsync, direct.MaxMessageSize);
                _ = PumpAsync(direct, channel, over.Token);
            }

            if (channel is null)
            {
                return new(RemoteEndings.Failed, "The direct connection did not come to be on the device. Start a new session; it will go over the server.");
            }

            var end = await provider.ServeAsync(RequestOf(_offer!), channel, over.Token);
            return transport?.Stopping.IsCancellationRequested is true ? Replaced : end;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(RemoteEndings.Closed);
        }
        catch (TimeoutException) when (!_relayed.Task.IsCompleted)
        {
            return new(RemoteEndings.Failed, "The browser did not come. Start a new session.");
        }
        catch (Exception error)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                LogFault(id, _offer!.Kind, error);
            }

            return new(RemoteEndings.Failed, $"The plugin on the device failed: {error.Message}");
        }
    }

    /// <summary>The frames of another transport, until it ends: the window is the same there, because a browser cannot hold a data channel up.</summary>
    async Task PumpAsync(IRemoteChannel transport, RelayChannel channel, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var frame in transport.ReadAllAsync(cancellationToken))
            {
                if (!channel.Take(frame.Span))
                {
                    _violated.TrySetResult(Flooded);
                    return;
                }
            }
        }
        catch (Exception error)
        {
            // It is a plugin's; without it the session has no peer, whatever the reason.
            LogTransportEnded(id, error.Message);
        }
        finally
        {
            channel.Complete();
        }
    }

    RemoteSessionRequest RequestOf(RemoteSessionOffer offer) => new(offer.Id, offer.Technician ?? "", offer.Options ?? JsonElement.Parse("{}"u8))
    {
        ViewOnly = offer.ViewOnly, ActivityLog = new SessionActivityLog(socket),
    };

    async Task<string> RefuseAsync(string words, CancellationToken cancellationToken)
    {
        await TellAsync(new RemoteSessionEnd(RemoteEndings.Unavailable, words));
        // The server closes when it has understood; a socket that is torn down before may take the words with it.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PatienceForTheServer);
        try
        {
            while (await socket.ReceiveAsync(limit.Token) is { Text.Type: not RemoteFrameTypes.End })
            {
            }
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException)
        {
            // It has been said.
        }

        return words;
    }

    Task TellAsync(RemoteSessionEnd end) => TellAsync(new RemoteFrame(RemoteFrameTypes.End)
    {
        Reason = end.Reason, Message = end.Message is { Length: > MaximumWords } words ? words[..MaximumWords] : end.Message,
    });

    async Task TellAsync(RemoteFrame frame)
    {
        try
        {
            await socket.SendAsync(frame, CancellationToken.None).AsTask().WaitAsync(PatienceForTheServer, time, CancellationToken.None);
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException or TimeoutException or ObjectDisposedException)
        {
            // Nobody is there to hear it.
        }
    }

    void Release(CancellationTokenSource over)
    {
        // An offer that the browser made and then left.
        _ = Interlocked.Exchange(ref _transport, null)?.DisposeAsync().AsTask();
        _lease?.Dispose();
        _relay?.Dispose();
        socket.Dispose();
        over.Dispose();
    }

    static string Choice(IReadOnlyList<ExtensionInfo> known) => known.Count == 0
        ? "There are none at present."
        : $"There are: {string.Join(", ", known.Select(extension => extension.Name).Order(StringComparer.Ordinal))}.";

    [LoggerMessage(Level = LogLevel.Information, Message = "Remote session {Id} ({Kind}) of {Technician} has joined")]
    private partial void LogStarted(Guid id, string kind, string technician);

    [LoggerMessage(Level = LogLevel.Information, Message = "Remote session {Id} has ended: {Reason}")]
    private partial void LogEnded(Guid id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Remote session {Id}: the plugin that serves {Kind} does not end")]
    private partial void LogStubborn(Guid id, string kind);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Remote session {Id}: its transport has ended: {Reason}")]
    private partial void LogTransportEnded(Guid id, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Remote session {Id}: the plugin that serves {Kind} failed")]
    private partial void LogFault(Guid id, string kind, Exception error);
}
