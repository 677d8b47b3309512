using System.Threading.Channels;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Features.Alerting.Inbox;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>
/// Stores what became of alerts: many at a time, each group in one transaction with its events. What cannot be stored waits and is tried again; it is never
/// dropped, unless the database says that it can never take it.
/// </summary>
sealed partial class AlertWriter(Database database, EventBus bus, ILogger logger)
{
    const int MaximumGroup = 2_000;
    readonly Channel<AlertChange> _queue = Channel.CreateUnbounded<AlertChange>(new() { SingleReader = false });
    readonly SemaphoreSlim _writing = new(1);
    readonly List<AlertChange> _group = [];
    readonly List<Guid> _strange = [];

    public void Add(AlertChange change) => _queue.Writer.TryWrite(change);

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _queue.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Stores all that was added before. Answers the devices whose alerts turned out to be different in the database.</summary>
    public async Task<List<Guid>> DrainAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                // A group that failed is still here.
                while (_group.Count < MaximumGroup && _queue.Reader.TryRead(out var change))
                {
                    _group.Add(change);
                }
                if (_group.Count == 0)
                {
                    // Kept until now: a group that failed in between must not hide those of the groups before it.
                    List<Guid> strange = [.. _strange];
                    _strange.Clear();
                    return strange;
                }
                try
                {
                    await WriteAsync(AlertGroup.Of(_group), cancellationToken);
                }
                catch (PostgresException e) when (!e.IsTransient && e.SqlState[..2] is "22" or "23")
                {
                    await WriteApartAsync(cancellationToken);
                }
                _group.Clear();
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>One of a group is refused: the others must not wait for it.</summary>
    async Task WriteApartAsync(CancellationToken cancellationToken)
    {
        foreach (var changes in _group.GroupBy(c => (c.RuleId, c.Device, c.Label)))
        {
            try
            {
                await WriteAsync(AlertGroup.Of([.. changes]), cancellationToken);
            }
            catch (PostgresException e) when (!e.IsTransient && e.SqlState[..2] is "22" or "23")
            {
                LogRefused(logger, changes.Key.RuleId, changes.Key.Device, e.MessageText);
                _strange.Add(changes.Key.Device);
            }
        }
    }

    async Task WriteAsync(AlertGroup group, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await group.RenderAsync(connection, cancellationToken);
        var written = await group.WriteAsync(connection, cancellationToken);
        var events = await group.WriteEventsAsync(connection, written, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _strange.AddRange(group.Rows.Where(r => !written.Contains(r.Last.AlertId)).Select(r => r.Last.Device));
        if (events.Count > 0)
        {
            bus.Publish(AlertTopics.Events, []);
        }
        foreach (var partner in events)
        {
            bus.Publish(AlertTopics.Partner(partner), "{\"type\":\"alerts\"}"u8);
        }
    }

    [LoggerMessage(LogLevel.Error, "An alert of rule {Rule} for device {Device} cannot be stored: {Error}")]
    static partial void LogRefused(ILogger logger, Guid rule, Guid device, string error);
}
