using System.Collections.Concurrent;
using System.Threading.Channels;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Sdk;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>
/// Delivers what is due, on every node: each takes a few of a channel under a lease, calls the channel, and writes down at once what became of it. What a node
/// that dies had taken is due again when the lease ends, so that everything is delivered at least once.
/// </summary>
public sealed partial class NotificationDispatcher : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    readonly Database _database;
    readonly IChannelSender _sender;
    readonly IAlertLinks _links;
    readonly EventBus _bus;
    readonly TimeProvider _time;
    readonly ILogger<NotificationDispatcher> _logger;
    readonly DeliveryClaims _claims;
    readonly DeliveryOutcomes _outcomes;
    readonly ConcurrentDictionary<Guid, int> _underWay = [];
    readonly ConcurrentDictionary<Task, bool> _tasks = [];

    /// <summary>Channels that have a place free again; null is to look at all.</summary>
    readonly Channel<Guid?> _hints = Channel.CreateUnbounded<Guid?>();

    public NotificationDispatcher(Database database, IChannelSender sender, IAlertLinks links, ChannelSecrets secrets, EventBus bus, TimeProvider time, ILogger<NotificationDispatcher> logger, IChannelTypes? types = null)
    {
        (_database, _sender, _links, _bus, _time, _logger) = (database, sender, links, bus, time, logger);
        (_claims, _outcomes) = (new(database, secrets, types), new(database, bus, secrets));
    }

    /// <summary>Before the first look, when there is no other node that could hold a lease.</summary>
    public Task ForgetLeasesAsync(CancellationToken cancellationToken) => _outcomes.ForgetLeasesAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var topic = _bus.Subscribe(AlertTopics.Notifications, capacity: 1);
        using var sending = new CancellationTokenSource();
        var listening = ListenAsync(topic.Reader, stoppingToken);
        try
        {
            var wait = TimeSpan.Zero;
            while (true)
            {
                var hinted = await WaitAsync(wait, stoppingToken);
                try
                {
                    var channels = hinted is null || hinted.Contains(null) ? await DueChannelsAsync(stoppingToken) : [.. hinted.OfType<Guid>()];
                    foreach (var channel in channels)
                    {
                        await PumpAsync(channel, sending.Token, stoppingToken);
                    }
                    wait = await NextDueAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    LogFailed(_logger, e.Message);
                    wait = Pause;
                }
            }
        }
        finally
        {
            _bus.Unsubscribe(AlertTopics.Notifications, topic);
            await Task.WhenAny(Task.WhenAll(_tasks.Keys), Task.Delay(Farewell, CancellationToken.None));
            await sending.CancelAsync();
            await Task.WhenAny(Task.WhenAll(_tasks.Keys), Task.Delay(Farewell, CancellationToken.None));
            await Task.WhenAny(listening);
        }
    }

    /// <summary>Delivers all that is due now and what comes due by that; answers how many calls that took. For whoever drives the time.</summary>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        for (var calls = 0; ;)
        {
            var taken = 0;
            foreach (var channel in await DueChannelsAsync(cancellationToken))
            {
                taken += await PumpAsync(channel, cancellationToken, cancellationToken);
            }
            await Task.WhenAll(_tasks.Keys);
            if (taken == 0)
            {
                return calls;
            }
            calls += taken;
        }
    }

    async Task ListenAsync(ChannelReader<byte[]> topic, CancellationToken cancellationToken)
    {
        await foreach (var _ in topic.ReadAllAsync(cancellationToken))
        {
            _hints.Writer.TryWrite(null);
        }
    }

    /// <summary>Waits for hints; null when the time is over without one.</summary>
    async Task<HashSet<Guid?>?> WaitAsync(TimeSpan wait, CancellationToken stoppingToken)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        pause.CancelAfter(wait);
        try
        {
            HashSet<Guid?> hints = [await _hints.Reader.ReadAsync(pause.Token)];
            while (_hints.Reader.TryRead(out var more))
            {
                hints.Add(more);
            }
            return hints;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Takes what a channel may be told now and has places for; answers how many calls that are.</summary>
    async Task<int> PumpAsync(Guid channelId, CancellationToken sending, CancellationToken cancellationToken)
    {
        var free = NotificationLimits.Concurrency - _underWay.GetValueOrDefault(channelId);
        if (free <= 0)
        {
            return 0;
        }
        var claim = await _claims.TakeAsync(channelId, free, Now(), cancellationToken);
        if (claim.IsBusy)
        {
            _ = AgainAsync(channelId, cancellationToken);
        }
        foreach (var delivery in claim.Deliveries)
        {
            _underWay.AddOrUpdate(channelId, 1, (_, n) => n + 1);
            var task = Task.Run(() => DeliverAsync(delivery, sending), CancellationToken.None);
            _tasks[task] = true;
            _ = task.ContinueWith(t => _tasks.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return claim.Deliveries.Count;
    }

    async Task AgainAsync(Guid channelId, CancellationToken cancellationToken)
    {
        await Task.Delay(Busy, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _hints.Writer.TryWrite(channelId);
    }

    async Task DeliverAsync(Delivery delivery, CancellationToken sending)
    {
        try
        {
            DeliveryResult? result;
            try
            {
                result = delivery.Settings is { } settings
                    ? await _sender.SendAsync(delivery.ChannelType, NotificationOf(delivery), settings, sending)
                    : DeliveryResult.Reject("The channel's secrets cannot be read with this server's keys. Enter them again.");
            }
            catch (OperationCanceledException) when (sending.IsCancellationRequested)
            {
                result = null;
            }
            await WriteAsync(delivery, result, sending);
        }
        finally
        {
            _underWay.AddOrUpdate(delivery.ChannelId, 0, (_, n) => n - 1);
            _hints.Writer.TryWrite(delivery.ChannelId);
        }
    }

    /// <summary>What was delivered must be known before the lease ends, so while the database is away it is tried again and again.</summary>
    async Task WriteAsync(Delivery delivery, DeliveryResult? result, CancellationToken sending)
    {
        for (var until = Now() + NotificationLimits.Lease; ;)
        {
            try
            {
                await (result is null ? _outcomes.ReleaseAsync(delivery, CancellationToken.None) : _outcomes.WriteAsync(delivery, result, Now(), CancellationToken.None));
                return;
            }
            catch (Exception e)
            {
                LogNotWritten(_logger, delivery.Id, e.Message);
                if (sending.IsCancellationRequested || Now() > until)
                {
                    return;
                }
                await Task.Delay(TimeSpan.FromMilliseconds(500), CancellationToken.None);
            }
        }
    }

    AlertNotification NotificationOf(Delivery d) => d.Body.ToNotification(
        d.Id, d.AlertId, d.Event, d.AcknowledgeToken is { } token ? _links.Acknowledge(token) : null, d.AlertId is { } alert && d.Event != "digest" ? _links.Alert(alert) : null);

    async Task<List<Guid>> DueChannelsAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.System.CreateCommand(
            "SELECT DISTINCT channel_id FROM notifications WHERE status = 'queued' AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1) AND channel_id IS NOT NULL");
        command.Parameters.Add(new() { Value = Now() });
        var channels = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            channels.Add(reader.GetGuid(0));
        }
        return channels;
    }

    /// <summary>How long until something comes due by itself.</summary>
    async Task<TimeSpan> NextDueAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.System.CreateCommand("SELECT min(due_at) FROM notifications WHERE status = 'queued' AND due_at > $1");
        command.Parameters.Add(new() { Value = Now() });
        var wait = await command.ExecuteScalarAsync(cancellationToken) is DateTime next ? new DateTimeOffset(next, TimeSpan.Zero) - Now() : Pause;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Pause ? Pause : wait + TimeSpan.FromMilliseconds(1);
    }

    /// <summary>In the microseconds that PostgreSQL keeps.</summary>
    DateTimeOffset Now()
    {
        var now = _time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    [LoggerMessage(LogLevel.Warning, "Notifications could not be looked for and will be in 5 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);

    [LoggerMessage(LogLevel.Warning, "What became of the notification {Notification} could not be written: {Error}")]
    static partial void LogNotWritten(ILogger logger, Guid notification, string error);
}
