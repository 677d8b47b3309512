using System.Net.WebSockets;
using Breeze.Agent.Commands;
using Breeze.Agent.Server;
using Breeze.Agent.State;
using Breeze.Protocol;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Wake;

/// <summary>
/// One idle WebSocket to the server, so that what is to happen happens at once. Everything also works without it, with the next heartbeat.
/// </summary>
sealed partial class WakeChannel(
    HttpMessageInvoker http,
    AgentIdentity identity,
    Credentials credentials,
    ConfigStore config,
    ChannelOutbox outbox,
    CommandRunner commands,
    LiveWatch watch,
    Signal heartbeat,
    Signal configChanged,
    Backoff backoff,
    TimeProvider time,
    ILogger logger)
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (!config.Current.WakeChannel)
            {
                await configChanged.WaitAsync(TimeSpan.FromHours(1), time, cancellationToken);
                continue;
            }

            var started = time.GetTimestamp();
            var refused = await ConnectAsync(cancellationToken);
            if (time.GetElapsedTime(started) > Stable)
            {
                backoff.Reset();
            }

            await configChanged.WaitAsync(refused ? backoff.AtCap() : backoff.Next(), time, cancellationToken);
        }
    }

    /// <summary>Holds one connection until it ends; returns whether the server refused it.</summary>
    async Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {credentials.Token}");
        // Proxies drop what is silent for a minute.
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(45);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        socket.Options.CollectHttpResponseDetails = true;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
            {
                limit.CancelAfter(ConnectTimeout);
                var address = ServerUrl.WebSocket(new Uri(identity.Server), $"ws/agents/{identity.AgentId}");
                await socket.ConnectAsync(address, http, limit.Token);
            }

            LogOpen();
            outbox.Open();
            // Whatever was queued while the channel was away comes with a heartbeat.
            heartbeat.Set();
            var first = await Task.WhenAny(
                ReceiveAsync(socket, end.Token), SendAsync(socket, end.Token), WhenUnwantedAsync(end.Token));
            await first;
            LogClosed();
        }
        catch (Exception error) when (error is WebSocketException or HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogFailed(error.InnerException is { } inner ? $"{error.Message} {inner.Message}" : error.Message);
        }
        finally
        {
            outbox.Close();
            await end.CancelAsync();
            socket.Abort();
        }

        return (int)socket.HttpStatusCode is 401 or 403 or 404;
    }

    async Task ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        while (await ChannelFrames.ReceiveAsync(socket, cancellationToken) is { } message)
        {
            Handle(message, cancellationToken);
        }
    }

    async Task SendAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        await foreach (var message in outbox.Reader.ReadAllAsync(cancellationToken))
        {
            await ChannelFrames.SendAsync(socket, message, cancellationToken);
        }
    }

    async Task WhenUnwantedAsync(CancellationToken cancellationToken)
    {
        while (config.Current.WakeChannel)
        {
            await configChanged.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
    }

    void Handle(ChannelMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case { Type: ChannelMessageTypes.Wake }:
                heartbeat.Set();
                break;
            case { Type: ChannelMessageTypes.Command, Command: { } command }:
                commands.Accept(command);
                break;
            case { Type: ChannelMessageTypes.Cancel, CommandId: { } id }:
                commands.Cancel(id);
                break;
            case { Type: ChannelMessageTypes.Watch, Seconds: { } seconds }:
                watch.Watch(seconds, message.IntervalSeconds ?? 1, cancellationToken);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The wake channel is open")]
    private partial void LogOpen();

    [LoggerMessage(Level = LogLevel.Information, Message = "The wake channel has closed")]
    private partial void LogClosed();

    [LoggerMessage(Level = LogLevel.Debug, Message = "The wake channel is away: {Reason}")]
    private partial void LogFailed(string reason);
}
