using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Sdk;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>Writes down what became of deliveries.</summary>
sealed class DeliveryOutcomes(Database database, EventBus bus, ChannelSecrets secrets)
{
    public async Task WriteAsync(Delivery delivery, DeliveryResult result, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (result.IsDelivered)
        {
            // Whoever holds it by now: it was delivered.
            await RunAsync("UPDATE notifications SET status = 'delivered', finished_at = $2, leased_until = NULL, error = NULL WHERE id = $1 AND status = 'queued'", cancellationToken, delivery.Id, now);
            await ChannelHealth.DeliveredAsync(database, bus, delivery.ChannelId, now, cancellationToken);
            return;
        }
        var error = secrets.Scrub(result.Error is { Length: > 0 } given ? given : "The channel did not say why.", delivery.Secrets);
        var isOver = now - delivery.TriedSince >= NotificationLimits.GivenUpAfter;
        if (result.Retryable && !isOver)
        {
            var due = now + Backoff.After(delivery.Attempt, result.RetryAfter, Random.Shared.NextDouble());
            await RunAsync("UPDATE notifications SET due_at = $3, leased_until = NULL, error = $4 WHERE id = $1 AND attempts = $2 AND status = 'queued'", cancellationToken, delivery.Id, delivery.Attempt, due, error);
        }
        else
        {
            // With it fails what was told in the same breath.
            await RunAsync(
                """
                WITH failed AS (UPDATE notifications SET status = 'failed', finished_at = $3, leased_until = NULL, error = $4 WHERE id = $1 AND attempts = $2 AND status = 'queued' RETURNING id, channel_id)
                UPDATE notifications n SET status = 'failed', error = $4 FROM failed WHERE n.channel_id = failed.channel_id AND n.status = 'merged' AND n.merged_into = failed.id
                """, cancellationToken, delivery.Id, delivery.Attempt, now, result.Retryable ? $"Given up after a day. {error}" : error);
        }
        if (delivery.IsPersonal && !result.Retryable)
        {
            // The address of one person is wrong, and the channel is not to blame.
            return;
        }
        await ChannelHealth.FailedAsync(database, bus, delivery.ChannelId, error, isFinal: !result.Retryable, now, cancellationToken);
    }

    /// <summary>What was not even tried, because the server stops, is due at once.</summary>
    public Task ReleaseAsync(Delivery delivery, CancellationToken cancellationToken) =>
        RunAsync("UPDATE notifications SET leased_until = NULL WHERE id = $1 AND attempts = $2 AND status = 'queued'", cancellationToken, delivery.Id, delivery.Attempt);

    /// <summary>When this is the only node, whoever held a lease is dead.</summary>
    public Task ForgetLeasesAsync(CancellationToken cancellationToken) => RunAsync("UPDATE notifications SET leased_until = NULL WHERE status = 'queued' AND leased_until IS NOT NULL", cancellationToken);

    async Task RunAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = database.System.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
