using System.Text.Json;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Devices.Bulk;

/// <summary>
/// Works off bulk actions: one batch of each open action in turn, so that a small one does not wait for a large one. A batch is one transaction with the
/// lock of its action: no two nodes work on the same one, and what a crash interrupts was not done.
/// </summary>
public sealed partial class BulkActionRunner(Database database, BulkKinds kinds, ScopeResolver scopes, BulkProgress progress, EventBus bus, TimeProvider time, ILogger<BulkActionRunner> logger)
    : BackgroundService
{
    public const int BatchSize = 1000;
    const int MaximumAttempts = 5;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    readonly Dictionary<Guid, int> _attempts = [];

    /// <summary>Up to which device this node is through with an action. A hint: at the end everything is looked at once more.</summary>
    readonly Dictionary<Guid, Guid> _reached = [];

    /// <summary>
    /// What is stored and not told to the rest of the server yet. A command to thousands is queued first and delivered then: agents that come for the first
    /// of them would take the time that storing the others needs.
    /// </summary>
    readonly Dictionary<Guid, Untold> _untold = [];
    DateTimeOffset _forgotAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var hints = bus.Subscribe(Topics.BulkWork);
        try
        {
            while (true)
            {
                while (await TryTurnAsync(stoppingToken))
                {
                }
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                pause.CancelAfter(Pause);
                try
                {
                    await hints.Reader.ReadAsync(pause.Token);
                }
                catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
                {
                    // Time to look whether a node has died over its work.
                }
            }
        }
        finally
        {
            bus.Unsubscribe(Topics.BulkWork, hints);
        }
    }

    async Task<bool> TryTurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TurnAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message);
            return false;
        }
    }

    /// <summary>One batch of every open action; false when there was nothing to do.</summary>
    public async Task<bool> TurnAsync(CancellationToken cancellationToken)
    {
        var open = new List<Guid>();
        await using (var select = database.System.CreateCommand("SELECT id FROM bulk_actions WHERE state IN ('queued', 'running') ORDER BY created_at LIMIT 200"))
        await using (var reader = await select.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                open.Add(reader.GetGuid(0));
            }
        }
        var worked = false;
        foreach (var id in open)
        {
            worked |= await TryBatchAsync(id, cancellationToken);
        }
        // Of what was cancelled or given up, what was done is known to nobody yet.
        foreach (var id in _untold.Keys.Except(open).ToList())
        {
            await TellAsync(id, cancellationToken);
        }
        await ForgetAsync(cancellationToken);
        return worked;
    }

    async Task<bool> TryBatchAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            var worked = await BatchAsync(id, cancellationToken);
            _attempts.Remove(id);
            return worked;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBatchFailed(logger, id, e.Message);
            var attempts = _attempts.GetValueOrDefault(id) + 1;
            _attempts[id] = attempts;
            if (attempts < MaximumAttempts)
            {
                return false;
            }
            _attempts.Remove(id);
            await EndAsync(id, "The server could not do it and has tried five times; its log says why. Start the action again for the devices that are left.", cancellationToken);
            return true;
        }
    }

    async Task<bool> BatchAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await BulkBatch.ClaimAsync(connection, id, cancellationToken) is not { } action)
        {
            _reached.Remove(id);
            await TellAsync(id, cancellationToken);
            return false;
        }
        var kind = kinds.Find(action.Kind);
        var scope = action.MembershipId is { } membership ? await scopes.ResolveMembershipAsync(connection, action.UserId, membership, cancellationToken) : null;
        if (kind is null || scope is null || scope.PartnerId != action.PartnerId || !kind.IsAllowed(scope))
        {
            await transaction.RollbackAsync(cancellationToken);
            await TellAsync(id, cancellationToken);
            await EndAsync(id, kind is null ? "This server does not know the action any more." : "Whoever started it may not do this any more. What was done stays; the rest was left.", cancellationToken);
            return true;
        }
        var after = _reached.GetValueOrDefault(id);
        var (fit, unfit, last) = await BulkBatch.ReadAsync(connection, action, scope, after, BatchSize, cancellationToken);
        if (last == after && after != Guid.Empty)
        {
            after = Guid.Empty;
            (fit, unfit, last) = await BulkBatch.ReadAsync(connection, action, scope, after, BatchSize, cancellationToken);
        }
        var ended = after == Guid.Empty && fit.Count + unfit.Count < BatchSize;
        IReadOnlyList<BulkItemResult> results = [];
        if (fit.Count > 0)
        {
            using var parameters = JsonDocument.Parse(action.Parameters);
            results = await kind.ApplyAsync(connection, action, parameters.RootElement, fit, cancellationToken);
        }
        await BulkBatch.StoreAsync(connection, action, [.. unfit, .. results], ended, time.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (ended)
        {
            _reached.Remove(id);
        }
        else
        {
            _reached[id] = last;
        }
        if (!_untold.TryGetValue(id, out var untold))
        {
            _untold[id] = untold = new(kind, action, [], time.GetTimestamp());
        }
        untold.Results.AddRange(results);
        if (ended || time.GetElapsedTime(untold.Since) > Silence)
        {
            await TellAsync(id, cancellationToken);
        }
        progress.Publish(action);
        return true;
    }

    async Task TellAsync(Guid id, CancellationToken cancellationToken)
    {
        if (_untold.Remove(id, out var untold) && untold.Results.Count > 0)
        {
            await untold.Kind.CommittedAsync(untold.Action, untold.Results, cancellationToken);
        }
    }

    async Task EndAsync(Guid id, string error, CancellationToken cancellationToken)
    {
        await using (var update = database.System.CreateCommand("UPDATE bulk_actions SET state = 'failed', error = $2, finished_at = $3 WHERE id = $1 AND state IN ('queued', 'running')"))
        {
            update.Parameters.Add(new() { Value = id });
            update.Parameters.Add(new() { Value = error });
            update.Parameters.Add(new() { Value = time.GetUtcNow() });
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
        await progress.PublishAsync(id, cancellationToken);
    }

    /// <summary>What was done three months ago is in the audit log.</summary>
    async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _forgotAt < TimeSpan.FromHours(1))
        {
            return;
        }
        _forgotAt = now;
        await using var delete = database.System.CreateCommand("DELETE FROM bulk_actions WHERE finished_at < $1");
        delete.Parameters.Add(new() { Value = now - Kept });
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    sealed record Untold(IBulkActionKind Kind, BulkAction Action, List<BulkItemResult> Results, long Since);

    [LoggerMessage(LogLevel.Warning, "Bulk actions could not be worked on and will be in 5 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);

    [LoggerMessage(LogLevel.Warning, "A batch of the bulk action {Action} failed: {Error}")]
    static partial void LogBatchFailed(ILogger logger, Guid action, string error);
}
