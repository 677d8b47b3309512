using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using Breeze.Agent.Server;
using Breeze.Agent.State;
using Breeze.PluginHost;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Remote;

/// <summary>The remote sessions of this device: joins those that its server tells it of, and ends them with the agent.</summary>
sealed partial class RemoteSessions(
    AgentIdentity identity, Credentials credentials, string? authorityFile, IExtensionRegistry extensions, TimeProvider time, ILogger logger) : IDisposable
{
    public const int Maximum = 20;

    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Apart from the other calls: an open session would take one of their few connections.</summary>
    readonly Lazy<HttpMessageInvoker> _http = new(() => new HttpMessageInvoker(ServerHandler.Create(authorityFile, 2 * Maximum)));
    readonly ConcurrentDictionary<Guid, Task> _running = [];
    readonly CancellationTokenSource _stopping = new();
    int _count;

    /// <summary>Completes when the session has been joined, or could not be; it runs on by itself.</summary>
    public async ValueTask<CommandOutcome> JoinAsync(Guid id, CancellationToken cancellationToken)
    {
        var place = Interlocked.Increment(ref _count);
        RemoteSession? session = null;
        var joined = false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        limit.CancelAfter(ConnectTimeout);
        try
        {
            if (await ConnectAsync(id, limit.Token) is not { } socket)
            {
                return CommandOutcome.Failed("The session has ended already.");
            }

            session = new RemoteSession(id, socket, token => ConnectAgainAsync(id, token), (number, isLast, part, token) => SendPartAsync(id, number, isLast, part, token), extensions, time, logger);
            if (await session.JoinAsync(refuse: place > Maximum, limit.Token) is { } words)
            {
                return CommandOutcome.Failed(words);
            }

            joined = true;
            var running = _running[id] = RunAsync(id, session);
            _ = running.ContinueWith(_ => _running.TryRemove(id, out Task? _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return CommandOutcome.Completed();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || _stopping.IsCancellationRequested)
        {
            return CommandOutcome.Cancelled("Cancelled before the session was joined.");
        }
        catch (Exception error) when (error is WebSocketException or HttpRequestException or IOException or OperationCanceledException)
        {
            return CommandOutcome.Failed($"The session could not be joined: {error.InnerException?.Message ?? error.Message}");
        }
        finally
        {
            if (!joined)
            {
                session?.Dispose();
                Interlocked.Decrement(ref _count);
            }
        }
    }

    /// <summary>Ends all sessions with words, and waits a little.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        await _stopping.CancelAsync();
        await Task.WhenAny(Task.WhenAll(_running.Values), Task.Delay(patience, time));
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }

        _stopping.Dispose();
    }

    /// <summary>The session's socket; null when the server says that there is no such session, or that this is no agent of its own.</summary>
    async Task<SessionSocket?> ConnectAsync(Guid id, CancellationToken cancellationToken)
    {
        var connection = new ClientWebSocket();
        try
        {
            Prepare(connection.Options);
            await connection.ConnectAsync(ServerUrl.WebSocket(new Uri(identity.Server), $"ws/agents/{identity.AgentId}?session={id}"), _http.Value, cancellationToken);
            return new SessionSocket(connection);
        }
        catch (WebSocketException) when ((int)connection.HttpStatusCode is 401 or 403 or 404)
        {
            connection.Dispose();
            return null;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    async Task<SessionSocket?> ConnectAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        limit.CancelAfter(ConnectTimeout);
        return await ConnectAsync(id, limit.Token);
    }

    /// <summary>Sends a part of a recording; answers the status, or 0 when there was no answer.</summary>
    async Task<int> SendPartAsync(Guid id, int number, bool isLast, byte[] part, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectTimeout);
        try
        {
            using var content = new ByteArrayContent(part);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/gzip");
            var path = string.Create(CultureInfo.InvariantCulture, $"api/v1/agents/{identity.AgentId}/recordings/{id}/parts/{number}{(isLast ? "?last=true" : "")}");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(identity.Server), path)) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credentials.Token);
            using var response = await _http.Value.SendAsync(request, limit.Token);
            return (int)response.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or ObjectDisposedException || error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    void Prepare(ClientWebSocketOptions options)
    {
        options.SetRequestHeader("Authorization", $"Bearer {credentials.Token}");
        options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        options.CollectHttpResponseDetails = true;
    }

    async Task RunAsync(Guid id, RemoteSession session)
    {
        // The command that asked for it is over before the session is.
        await Task.Yield();
        try
        {
            await session.RunAsync(_stopping.Token);
        }
        catch (Exception error)
        {
            LogFault(id, error);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Remote session {Id} failed; this is a mistake in the agent")]
    private partial void LogFault(Guid id, Exception error);
}
