using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Sdk;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>Tells a channel something now, for whoever set it up to see whether it arrives.</summary>
public sealed class ChannelTests(
    Database database, NotificationChannels channels, IChannelSender sender, ChannelSecrets secrets, RateLimiter limiter, EventBus bus, IAuditLog audit, TimeProvider time)
{
    static readonly RateLimit Tests = new("channel-test", 10, TimeSpan.FromMinutes(1));

    public async Task<Outcome<ChannelTest>> SendAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        var (channel, refusal) = await channels.FindToWriteAsync(scope, id, cancellationToken);
        if (channel is null)
        {
            return refusal!;
        }
        if (await limiter.TakeAsync(Tests, id.ToString("n")) is { } wait)
        {
            return Refusal.Conflict("too_many_tests", $"This channel was tested {Tests.Permits} times within a minute. Try again in {Math.Ceiling(wait.TotalSeconds)} s.");
        }
        var hidden = await channels.ReadSecretsAsync(id, cancellationToken);
        var began = time.GetUtcNow();
        var body = new NotificationBody
        {
            Severity = AlertSeverity.Info, Title = "Test of the channel “" + channel.Name + "”", Message = $"{scope.ActorName} sent this from Breeze to see whether it arrives. Nothing is wrong.", StartedAt = began,
        };
        var notification = Guid.CreateVersion7(began);
        var timestamp = time.GetTimestamp();
        // Who closes the page meanwhile still finds in the log what came of it.
        var result = secrets.Merge(channel.Settings, hidden) is { } settings
            ? await sender.SendAsync(channel.Type, body.ToNotification(notification, null, "test", null, null), settings, CancellationToken.None)
            : DeliveryResult.Reject("The channel's secrets cannot be read with this server's keys. Enter them again.");
        var took = time.GetElapsedTime(timestamp);
        var error = result.IsDelivered ? null : secrets.Scrub(result.Error is { Length: > 0 } given ? given : "The channel did not say why.", hidden);
        var now = time.GetUtcNow();
        await using (var insert = database.System.CreateCommand(
            """
            INSERT INTO notifications (id, partner_id, organization_id, channel_id, event, body, status, attempts, due_at, error, tried_since, attempted_at, created_at, finished_at)
            SELECT $1, c.partner_id, c.organization_id, c.id, 'test', $3, $4, 1, $5, $6, $5, $5, $5, $7 FROM notification_channels c WHERE c.id = $2
            """))
        {
            insert.Parameters.AddRange(new NpgsqlParameter[]
            {
                new() { Value = notification }, new() { Value = id }, new() { Value = body.ToJson(), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = result.IsDelivered ? "delivered" : "failed" },
                new() { Value = began }, new() { Value = (object?)error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = now },
            });
            await insert.ExecuteNonQueryAsync(CancellationToken.None);
        }
        if (result.IsDelivered)
        {
            await ChannelHealth.DeliveredAsync(database, bus, id, now, CancellationToken.None);
        }
        await audit.WriteAsync(scope, new AuditRecord("notification_channel.tested", "notification_channel", id.ToString())
        {
            PartnerId = channel.PartnerId, OrganizationId = channel.OrganizationId, Detail = JsonSerializer.Serialize(new { name = channel.Name, delivered = result.IsDelivered, error }),
        }, cancellationToken);
        return new ChannelTest(notification, result.IsDelivered, error, !result.IsDelivered && result.Retryable, took);
    }
}

/// <summary>What came of a test.</summary>
public sealed record ChannelTest(Guid NotificationId, bool IsDelivered, string? Error, bool IsRetryable, TimeSpan Took);
