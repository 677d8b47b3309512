using System.Net.WebSockets;
using Breeze.PluginHost;
using Breeze.Protocol;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Remote;

/// <summary>By which way a session's messages go at present, as the browser chooses: the relay through the server, or a plugin's transport. Text frames come from one reader.</summary>
sealed partial class SessionPaths(Guid id, SessionChannel channel, SessionLine line, IExtensionRegistry extensions, ILogger logger) : IAsyncDisposable
{
    readonly Lock _gate = new();
    readonly CancellationTokenSource _ending = new();
    readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<RemoteSessionEnd> _violated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    CancellationTokenSource? _relay;
    (SessionTransport Transport, SessionSignaling Signaling)? _attempt;
    int _viewer;

    /// <summary>Completes when messages can go for the first time.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Completes when the browser sent what it must not.</summary>
    public Task<RemoteSessionEnd> Violated => _violated.Task;

    static RemoteSessionEnd Flooded { get; } = new(RemoteEndings.Flood, "The browser sent more than the session allows. Reload the page, and start a new session.");

    static RemoteSessionEnd Unconnected { get; } =
        new(RemoteEndings.Failed, "The direct connection did not come to be on the device. Start a new session; it will go over the server.");

    /// <summary>Acts on a frame of the browser's or the server's, that came by this socket.</summary>
    public void Take(RemoteFrame frame, SessionSocket socket, IReadOnlyList<RemoteIceServer> servers)
    {
        switch (frame)
        {
            case { Type: RemoteFrameTypes.Peer }:
                LeaveRelay();
                if (frame.Viewer is { } viewer && viewer != _viewer)
                {
                    _viewer = viewer;
                    Forsake();
                    channel.Restart(viewer);
                }

                break;
            case { Type: RemoteFrameTypes.Away }:
                LeaveRelay();
                break;
            case { Type: RemoteFrameTypes.Offer, Sdp: { } sdp }:
                Forsake();
                var signaling = new SessionSignaling(line);
                if (SessionTransport.Start(extensions, sdp, servers, signaling) is { } transport)
                {
                    _attempt = (transport, signaling);
                }
                else
                {
                    // So that the browser takes the relay at once.
                    _ = TellAsync(new RemoteFrame(RemoteFrameTypes.Answer));
                }

                break;
            case { Type: RemoteFrameTypes.Candidate }:
                _attempt?.Signaling.Take(frame);
                break;
            case { Type: RemoteFrameTypes.Transport, Transport: "relay" }:
                Forsake();
                _ = RelayAsync(socket);
                break;
            case { Type: RemoteFrameTypes.Transport, Transport: "direct" or "turn" } when _attempt is { } attempt && attempt.Transport.TryUse():
                _ = GoDirectAsync(attempt.Transport);
                break;
        }
    }

    /// <summary>A frame of the relay. Those that come while it is not in use are of a connection that the browser has given up.</summary>
    public void Take(ReadOnlySpan<byte> frame)
    {
        bool isRelayed;
        lock (_gate)
        {
            isRelayed = _relay is not null;
        }

        if (isRelayed && !channel.Take(frame))
        {
            _violated.TrySetResult(Flooded);
        }
    }

    /// <summary>The socket is gone, and the relay with it.</summary>
    public void LeaveRelay()
    {
        lock (_gate)
        {
            _relay?.Cancel();
            _relay = null;
        }
    }

    /// <summary>Closes what is open, in order where that is possible.</summary>
    public async ValueTask DisposeAsync()
    {
        LeaveRelay();
        var attempt = _attempt;
        _attempt = null;
        attempt?.Signaling.Complete();
        if (attempt?.Transport is { } transport)
        {
            await transport.DisposeAsync();
        }

        await _ending.CancelAsync();
    }

    async Task RelayAsync(SessionSocket socket)
    {
        var mine = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        lock (_gate)
        {
            _relay?.Cancel();
            _relay = mine;
        }

        _opened.TrySetResult();
        try
        {
            await channel.RunAsync(new(socket.SendAsync), mine.Token);
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The socket's reader sees to the next.
        }
    }

    async Task GoDirectAsync(SessionTransport transport)
    {
        try
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, transport.Stopping, transport.Forsaken);
            if (await transport.ChannelAsync(over.Token) is not { } direct || direct.MaxMessageSize < RelayFrame.Maximum)
            {
                _violated.TrySetResult(Unconnected);
                return;
            }

            LeaveRelay();
            _opened.TrySetResult();
            var path = new ChannelPath(direct.SendAsync);
            var sending = channel.RunAsync(path, over.Token);
            var reading = ReadAsync(direct, over.Token);
            await Task.WhenAny(sending, reading);
            channel.Leave(path);
            await Task.WhenAll(sending, reading);
        }
        catch (Exception error)
        {
            // It is a plugin's; the browser looks for another way, or the session ends.
            LogTransportEnded(id, error.Message);
        }
        finally
        {
            await transport.DisposeAsync();
        }
    }

    /// <summary>The frames of another transport, until it ends: the window is the same there, because a browser cannot hold a data channel up.</summary>
    async Task ReadAsync(IRemoteChannel direct, CancellationToken cancellationToken)
    {
        await foreach (var frame in direct.ReadAllAsync(cancellationToken))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            if (!channel.Take(frame.Span))
            {
                _violated.TrySetResult(Flooded);
                return;
            }
        }
    }

    /// <summary>The browser does not want this transport any more.</summary>
    void Forsake()
    {
        if (_attempt is { } attempt)
        {
            _attempt = null;
            attempt.Signaling.Complete();
            attempt.Transport.Forsake();
            _ = attempt.Transport.DisposeAsync().AsTask();
        }
    }

    async Task TellAsync(RemoteFrame frame)
    {
        try
        {
            await line.SendAsync(frame, _ending.Token);
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The browser asks again over the next connection.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Remote session {Id}: its transport has ended: {Reason}")]
    private partial void LogTransportEnded(Guid id, string reason);
}
