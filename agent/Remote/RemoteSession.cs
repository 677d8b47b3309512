using System.Net.WebSockets;
using System.Text.Json;
using Breeze.PluginHost;
using Breeze.Protocol;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Remote;

/// <summary>
/// One session on this device: what it is, the server says in its first frame; how its messages travel, the browser chooses; the rest is a plugin's. It outlives its sockets for as long as
/// the server waits for the next one.
/// </summary>
sealed partial class RemoteSession : IDisposable
{
    static readonly TimeSpan PatienceForTheBrowser = TimeSpan.FromSeconds(90);
    static readonly TimeSpan PatienceForThePlugin = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PatienceForTheServer = TimeSpan.FromSeconds(2);
    static readonly TimeSpan PatienceForTheRecording = TimeSpan.FromMinutes(10);
    const int MaximumWords = 1000;

    readonly Guid _id;
    readonly SessionSocket _first;
    readonly SessionLine _line;
    readonly SessionChannel _channel = new();
    readonly SessionPaths _paths;
    readonly TaskCompletionSource _endedAtDevice = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly SessionRecording _recording;
    readonly IExtensionRegistry _extensions;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    RemoteSessionOffer? _offer;
    ExtensionLease<IRemoteAccessProvider>? _lease;
    SessionConsent? _consent;
    bool _hasSaidGoodbye;

    public RemoteSession(
        Guid id, SessionSocket socket, Func<CancellationToken, Task<SessionSocket?>> connect, Func<int, bool, byte[], CancellationToken, Task<int>> sendRecording,
        IExtensionRegistry extensions, TimeProvider time, ILogger logger)
    {
        _recording = new SessionRecording(sendRecording, time);
        (_id, _first, _extensions, _time, _logger) = (id, socket, extensions, time, logger);
        _line = new SessionLine(socket, token => RejoinAsync(connect, token), time);
        _paths = new SessionPaths(id, _channel, _line, extensions, logger);
    }

    /// <summary>Hears from the server what it is; returns null when all is there for it, and otherwise what is not.</summary>
    public async Task<string?> JoinAsync(bool refuse, CancellationToken cancellationToken)
    {
        if (await OfferAsync(_first, cancellationToken) is not { } offer)
        {
            return "The server did not begin with what the session is. Bring agent and server to the same version.";
        }

        _offer = offer;
        _consent = new SessionConsent(offer, _line, _extensions, _time, _logger);
        if (refuse)
        {
            return await RefuseAsync($"This device serves {RemoteSessions.Maximum} sessions already. End one of them first.", cancellationToken);
        }

        _lease = _extensions.Acquire<IRemoteAccessProvider>(offer.Kind);
        return _lease is null
            ? await RefuseAsync($"No plugin on this device serves sessions of this kind. {Choice(_extensions.List<IRemoteAccessProvider>())}", cancellationToken)
            : null;
    }

    /// <summary>Serves until either side, the server, the plugin or the agent ends it; then the line has ended.</summary>
    public async Task RunAsync(CancellationToken agentStopping)
    {
        LogStarted(_id, _offer!.Kind, _offer.Technician);
        var lease = _lease!;
        var over = CancellationTokenSource.CreateLinkedTokenSource(agentStopping, lease.Stopping);
        var gone = new CancellationTokenSource();
        var recorded = new CancellationTokenSource();
        var recording = _offer.Recorded ? _recording.RunAsync(recorded.Token) : Task.CompletedTask;
        var receiving = ReceiveAsync(gone.Token);
        var serving = Task.Run(() => ServeAsync(lease.Value, over.Token), CancellationToken.None);
        var cancelled = new TaskCompletionSource();
        await using (over.Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), cancelled))
        {
            await Task.WhenAny(receiving, serving, cancelled.Task, _paths.Violated, _endedAtDevice.Task, _recording.Refused);
        }

        var end = agentStopping.IsCancellationRequested ? new(RemoteEndings.AgentStopped, "The agent on the device is being stopped. Start a new session in a moment.")
            : lease.Stopping.IsCancellationRequested ? Replaced
            : _paths.Violated.IsCompleted ? await _paths.Violated
            : _recording.Refused.IsCompleted ? Unrecorded
            : receiving.IsCompleted ? null
            : _endedAtDevice.Task.IsCompleted ? new(RemoteEndings.EndedAtDevice, "The person at the device ended this session.")
            : await serving;
        await over.CancelAsync();
        _channel.Complete();
        if (await Task.WhenAny(serving, Task.Delay(PatienceForThePlugin, _time, CancellationToken.None)) != serving)
        {
            LogStubborn(_id, _offer.Kind);
        }

        // What was recorded is sent also when nobody looks on any more; an agent that stops has less time for it.
        _ = _recording.CompleteAsync();
        recorded.CancelAfter(agentStopping.IsCancellationRequested ? PatienceForTheServer : PatienceForTheRecording);
        if (end is not null && !receiving.IsCompleted)
        {
            await SayGoodbyeAsync(end, receiving, agentStopping);
        }

        LogEnded(_id, end?.Reason ?? RemoteEndings.Closed);
        await gone.CancelAsync();
        _line.Abort();
        if (agentStopping.IsCancellationRequested)
        {
            await recording;
        }

        // Where a plugin does not let go, what it holds stays until it does.
        _ = recording.ContinueWith(_ => recorded.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _ = Task.WhenAll(receiving, serving).ContinueWith(
            _ =>
            {
                over.Dispose();
                gone.Dispose();
                Dispose();
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public void Dispose()
    {
        // An offer that the browser made and then left.
        _ = _paths.DisposeAsync().AsTask();
        _lease?.Dispose();
        _line.Dispose();
    }

    static RemoteSessionEnd Unrecorded { get; } =
        new(RemoteEndings.Failed, "This session has to be recorded, and the server did not take the recording. Start a new session; if it happens again, tell your administrator.");

    static RemoteSessionEnd Replaced { get; } = new(RemoteEndings.Replaced, "The plugin that served this session was replaced. Start a new session to go on.");

    /// <summary>What was sent last arrives, and then the words; a server that is away hears them when it is back.</summary>
    async Task SayGoodbyeAsync(RemoteSessionEnd end, Task receiving, CancellationToken agentStopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(agentStopping);
        limit.CancelAfter(PatienceForTheServer);
        try
        {
            await _channel.FlushAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The browser is away, and what it did not take in is the end of a session that is over.
        }

        await _paths.DisposeAsync();
        await TellAsync(end, _line.IsAway && !agentStopping.IsCancellationRequested ? SessionLine.Grace : PatienceForTheServer);
        Volatile.Write(ref _hasSaidGoodbye, true);
        await Task.WhenAny(receiving, Task.Delay(PatienceForTheServer, _time, CancellationToken.None));
    }

    /// <summary>Reads frames until the session ends, from one socket after the other. After what must not come it only listens for the end: a socket torn down at once takes our words with it.</summary>
    async Task ReceiveAsync(CancellationToken gone)
    {
        try
        {
            SessionSocket? socket = _first;
            while (socket is not null && !await ReadAsync(socket) && !Volatile.Read(ref _hasSaidGoodbye))
            {
                _paths.LeaveRelay();
                LogLost(_id);
                socket = await _line.AgainAsync(gone);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // It is over on this side.
        }
    }

    /// <summary>Reads until the server ends the session, or the socket is lost: false.</summary>
    async Task<bool> ReadAsync(SessionSocket socket)
    {
        try
        {
            while (await socket.ReceiveAsync(CancellationToken.None) is { } frame)
            {
                if (frame.Text is { Type: RemoteFrameTypes.End })
                {
                    return true;
                }

                if (_paths.Violated.IsCompleted)
                {
                    continue;
                }

                if (frame.Text is { } text)
                {
                    if (text.Type == RemoteFrameTypes.Peer)
                    {
                        _consent!.SayAgain();
                    }

                    _paths.Take(text, socket, _offer!.IceServers);
                }
                else
                {
                    _paths.Take(frame.Binary.Span);
                }
            }
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // As when it was closed: the server says when a session is over.
        }

        return false;
    }

    async Task<SessionSocket?> RejoinAsync(Func<CancellationToken, Task<SessionSocket?>> connect, CancellationToken cancellationToken)
    {
        if (await connect(cancellationToken) is not { } socket)
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PatienceForThePlugin);
        try
        {
            if (await OfferAsync(socket, limit.Token) is { } offer)
            {
                // Its credentials for TURN may be new.
                _offer = offer;
                return socket;
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return null;
    }

    async Task<RemoteSessionOffer?> OfferAsync(SessionSocket socket, CancellationToken cancellationToken) =>
        await socket.ReceiveAsync(cancellationToken) is { Text: { Type: RemoteFrameTypes.Session, Session: { Kind: not null } offer } } && offer.Id == _id ? offer : null;

    async Task<RemoteSessionEnd> ServeAsync(IRemoteAccessProvider provider, CancellationToken cancellationToken)
    {
        try
        {
            if (await _consent!.AskAsync(cancellationToken) is { } refusal)
            {
                return refusal;
            }

            await _paths.Opened.WaitAsync(PatienceForTheBrowser, _time, cancellationToken);
            await using var notice = _consent.IsShown ? new SessionNotice(_consent.VisitOf(TimeSpan.Zero), _extensions, () => _endedAtDevice.TrySetResult(), _time, _logger) : null;
            return await provider.ServeAsync(RequestOf(_offer!), _channel, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(RemoteEndings.Closed);
        }
        catch (TimeoutException) when (!_paths.Opened.IsCompleted)
        {
            return new(RemoteEndings.Failed, "The browser did not come. Start a new session.");
        }
        catch (Exception error)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                LogFault(_id, _offer!.Kind, error);
            }

            return new(RemoteEndings.Failed, $"The plugin on the device failed: {error.Message}");
        }
    }

    RemoteSessionRequest RequestOf(RemoteSessionOffer offer) => new(offer.Id, offer.Technician ?? "", offer.Options ?? JsonElement.Parse("{}"u8))
    {
        ViewOnly = offer.ViewOnly, ActivityLog = new SessionActivityLog(_line), Recording = offer.Recorded ? _recording : null,
    };

    async Task<string> RefuseAsync(string words, CancellationToken cancellationToken)
    {
        await TellAsync(new RemoteSessionEnd(RemoteEndings.Unavailable, words), PatienceForTheServer);
        // The server closes when it has understood; a socket that is torn down before may take the words with it.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PatienceForTheServer);
        try
        {
            while (await _first.ReceiveAsync(limit.Token) is { Text.Type: not RemoteFrameTypes.End })
            {
            }
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException)
        {
            // It has been said.
        }

        return words;
    }

    async Task TellAsync(RemoteSessionEnd end, TimeSpan patience)
    {
        var frame = new RemoteFrame(RemoteFrameTypes.End)
        {
            Reason = end.Reason, Message = end.Message is { Length: > MaximumWords } words ? words[..MaximumWords] : end.Message,
        };
        try
        {
            await _line.SendAsync(frame, CancellationToken.None).AsTask().WaitAsync(patience, _time, CancellationToken.None);
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException or TimeoutException or ObjectDisposedException)
        {
            // Nobody is there to hear it.
        }
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Remote session {Id} has lost its connection to the server and waits for the next")]
    private partial void LogLost(Guid id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Remote session {Id}: the plugin that serves {Kind} failed")]
    private partial void LogFault(Guid id, string kind, Exception error);
}
