using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Npgsql;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>
/// Takes what is due of a channel: no more than its rate allows, counted over all nodes under the channel's lock. What is beyond waits, and is told in one
/// with what waits by then, where it is not a channel that is told of each alert by itself.
/// </summary>
sealed class DeliveryClaims(Database database, ChannelSecrets secrets, IChannelTypes? types)
{
    const int MostTogether = 5000;

    public async Task<DeliveryClaim> TakeAsync(Guid channelId, int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await ReadChannelAsync(connection, channelId, cancellationToken) is not { } channel)
        {
            return new([], IsBusy: true);
        }
        if (!channel.Enabled)
        {
            await DropAsync(connection, channelId, now, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new([]);
        }
        var isApart = types?.IsToldApart(channel.Type) ?? false;
        var (used, freeAt) = await ReadRateAsync(connection, channelId, channel.Rate, now, cancellationToken);
        if (freeAt is { } later)
        {
            await DelayAsync(connection, channelId, later, isApart, now, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new([]);
        }
        var waiting = await ReadWaitingAsync(connection, channelId, most, now, cancellationToken);
        var tellings = (isApart ? waiting.Select(Telling.One) : Telling.Of(waiting)).Take(Math.Min(most, channel.Rate - used)).ToList();
        if (tellings.Count == 0)
        {
            return new([]);
        }
        var deliveries = new List<Delivery>();
        foreach (var telling in tellings)
        {
            var settings = secrets.Merge(channel.Settings, channel.Secrets, telling.Head.Recipient);
            var token = telling.Event is "firing" or "reopened" && telling.Head.IsOpen ? SecretToken.Create("") : null;
            deliveries.Add(new(telling.Head.Id, channelId, channel.Type, telling.Head.AlertId, telling.Event, telling.Body, telling.Head.Attempts + 1, telling.Head.TriedSince ?? now, token, settings, channel.Secrets, telling.Head.Recipient is not null));
        }
        await StoreAsync(connection, tellings, deliveries, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(deliveries);
    }

    static async Task<Channel?> ReadChannelAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT type, enabled, settings::text, secrets, rate_per_minute FROM notification_channels WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED", connection)
        {
            Parameters = { new() { Value = id } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetString(0), reader.GetBoolean(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<byte[]>(3), reader.GetInt32(4)) : null;
    }

    static async Task<(int Used, DateTimeOffset? FreeAt)> ReadRateAsync(NpgsqlConnection connection, Guid id, int rate, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT count(*) FROM notifications WHERE channel_id = $1 AND attempted_at > $2),
                (SELECT attempted_at FROM notifications WHERE channel_id = $1 AND attempted_at > $2 ORDER BY attempted_at DESC OFFSET $3 LIMIT 1)
            """, connection) { Parameters = { new() { Value = id }, new() { Value = now - NotificationLimits.RateWindow }, new() { Value = rate - 1 } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return ((int)reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1) + NotificationLimits.RateWindow);
    }

    /// <summary>What is due waits until the channel may be told again.</summary>
    static Task DelayAsync(NpgsqlConnection connection, Guid id, DateTimeOffset until, bool isApart, DateTimeOffset now, CancellationToken cancellationToken) => RunAsync(
        connection, $"UPDATE notifications SET due_at = $3{(isApart ? "" : ", gather = coalesce(gather, 'rate')")} WHERE channel_id = $1 AND {Free}", cancellationToken, id, now, until);

    /// <summary>Nobody wants to be told on a channel that was switched off.</summary>
    static Task DropAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now, CancellationToken cancellationToken) => RunAsync(
        connection, $"UPDATE notifications SET status = 'dropped', finished_at = $2, leased_until = NULL, error = 'The channel is switched off.' WHERE channel_id = $1 AND {Free}", cancellationToken, id, now);

    static async Task<List<Waiting>> ReadWaitingAsync(NpgsqlConnection connection, Guid id, int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The channel's lock keeps others from taking the same.
        const string Columns = "n.id, n.alert_id, n.event, n.body::text, n.attempts, n.tried_since, n.route_id, n.gather, coalesce((SELECT a.status = 'firing' FROM alerts a WHERE a.id = n.alert_id), false), n.recipient::text";
        await using var command = new NpgsqlCommand(
            $"""
            (SELECT {Columns} FROM notifications n WHERE n.channel_id = $1 AND {Free} AND n.gather IS NOT NULL ORDER BY n.id LIMIT $4)
            UNION ALL
            (SELECT {Columns} FROM notifications n WHERE n.channel_id = $1 AND {Free} AND n.gather IS NULL
              -- What an alert became is told after what it was.
              AND NOT EXISTS (SELECT 1 FROM notifications e WHERE e.alert_id = n.alert_id AND e.channel_id = $1 AND e.id < n.id AND e.status = 'queued' AND e.gather IS NULL
                AND e.recipient IS NOT DISTINCT FROM n.recipient)
            ORDER BY n.id LIMIT $3)
            """, connection) { Parameters = { new() { Value = id }, new() { Value = now }, new() { Value = most }, new() { Value = MostTogether } } };
        var waiting = new List<Waiting>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            waiting.Add(new(
                reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetString(2), NotificationBody.Parse(reader.GetString(3)), reader.GetInt32(4),
                reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5), reader.IsDBNull(6) ? null : reader.GetGuid(6), reader.IsDBNull(7) ? null : reader.GetString(7), reader.GetBoolean(8),
                reader.IsDBNull(9) ? null : reader.GetString(9)));
        }
        return waiting;
    }

    static async Task StoreAsync(NpgsqlConnection connection, List<Telling> tellings, List<Delivery> deliveries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using (var update = new NpgsqlCommand(
            """
            UPDATE notifications n SET leased_until = $4, attempts = attempts + 1, attempted_at = $5, tried_since = coalesce(tried_since, $5), gather = NULL, event = v.event, body = v.body::jsonb
            FROM unnest($1, $2, $3) AS v (id, event, body) WHERE n.id = v.id
            """, connection)
        {
            Parameters =
            {
                new() { Value = tellings.Select(t => t.Head.Id).ToArray() }, new() { Value = tellings.Select(t => t.Event).ToArray() }, new() { Value = tellings.Select(t => t.Body.ToJson()).ToArray() },
                new() { Value = now + NotificationLimits.Lease }, new() { Value = now },
            },
        })
        {
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
        foreach (var telling in tellings.Where(t => t.Merged.Count > 0))
        {
            var merged = telling.Merged.ToArray();
            await RunAsync(connection, "UPDATE notifications SET status = 'merged', merged_into = $2, finished_at = $3, leased_until = NULL WHERE id = ANY ($1)", cancellationToken, merged, telling.Head.Id, now);
            await RunAsync(connection, "UPDATE notifications SET merged_into = $2 WHERE merged_into = ANY ($1) AND channel_id = (SELECT channel_id FROM notifications WHERE id = $2)", cancellationToken, merged, telling.Head.Id);
        }
        var links = deliveries.Where(d => d.AcknowledgeToken is not null).ToList();
        if (links.Count > 0)
        {
            await RunAsync(
                connection, "INSERT INTO alert_links (token_hash, alert_id, notification_id, expires_at) SELECT h, a, n, $4 FROM unnest($1, $2, $3) AS v (h, a, n)", cancellationToken,
                links.Select(d => SecretToken.Hash(d.AcknowledgeToken!)).ToArray(), links.Select(d => d.AlertId!.Value).ToArray(), links.Select(d => d.Id).ToArray(), now + NotificationLimits.LinkLife);
        }
    }

    const string Free = "status = 'queued' AND due_at <= $2 AND (leased_until IS NULL OR leased_until <= $2)";

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    sealed record Channel(string Type, bool Enabled, string Settings, byte[]? Secrets, int Rate);
}
