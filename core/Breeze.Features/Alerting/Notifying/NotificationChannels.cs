using System.Text.Json;
using System.Text.Json.Nodes;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>The ways in which a partner's people, or those of one organization, are told.</summary>
public sealed class NotificationChannels(Database database, IChannelTypes types, ChannelSecrets secrets, EventBus bus, IAuditLog audit, TimeProvider time)
{
    const int DefaultRate = 30;

    public async Task<Outcome<NotificationChannel>> CreateAsync(AccessScope scope, string? type, Guid? organizationId, ChannelDraft draft, CancellationToken cancellationToken)
    {
        if (TenantNames.Clean(draft.Name) is not { } name)
        {
            return TenantNames.Invalid();
        }
        if (string.IsNullOrEmpty(type) || types.Find(type) is not { } known)
        {
            return UnknownType(type);
        }
        if (CheckRate(draft.RatePerMinute) is { } wrongRate)
        {
            return wrongRate;
        }
        await using var context = AlertingDbContext.Create(database, scope);
        if (await NotificationReach.RefuseAsync(database, scope, organizationId, "channel", cancellationToken) is { } refusal)
        {
            return refusal;
        }
        if (await context.Channels.CountAsync(cancellationToken) >= NotificationLimits.Channels)
        {
            return Refusal.Conflict("too_many_channels", $"There are {NotificationLimits.Channels} channels already. Remove one that nobody needs.");
        }
        var settings = await ChannelSettings.ReadAsync(known, draft.Settings, before: null);
        if (!settings.Succeeded)
        {
            return settings.Refusal;
        }
        var (id, now) = (Guid.CreateVersion7(time.GetUtcNow()), time.GetUtcNow());
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO notification_channels (id, partner_id, organization_id, name, type, enabled, settings, secrets, secrets_set, rate_per_minute, created_by, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
            """, connection)
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = scope.PartnerId!.Value }, Nullable(organizationId), new() { Value = name }, new() { Value = known.Type },
                new() { Value = draft.Enabled ?? true }, Json(settings.Value.Open), Secret(settings.Value.Secret), new() { Value = Names(settings.Value.Secret) },
                new() { Value = draft.RatePerMinute ?? DefaultRate }, Nullable(scope.UserId), new() { Value = now },
            },
        };
        if (await WriteAsync(insert, name, cancellationToken) is { } taken)
        {
            return taken;
        }
        var channel = await context.Channels.AsNoTracking().SingleAsync(c => c.Id == id, cancellationToken);
        await RecordAsync(scope, "notification_channel.created", channel, new { after = Audited(channel) }, cancellationToken);
        return channel;
    }

    /// <summary>Changes what is given; null leaves it.</summary>
    public async Task<Outcome<NotificationChannel>> UpdateAsync(AccessScope scope, Guid id, ChannelDraft draft, CancellationToken cancellationToken)
    {
        var (before, refusal) = await FindToWriteAsync(scope, id, cancellationToken);
        if (before is null)
        {
            return refusal!;
        }
        if (TenantNames.Clean(draft.Name ?? before.Name) is not { } name)
        {
            return TenantNames.Invalid();
        }
        if (CheckRate(draft.RatePerMinute) is { } wrongRate)
        {
            return wrongRate;
        }
        ChannelSettings? settings = null;
        if (draft.Settings is { ValueKind: not JsonValueKind.Undefined })
        {
            if (types.Find(before.Type) is not { } known)
            {
                return Refusal.Conflict("channel_type_missing", $"No active plugin provides the type “{before.Type}” now, so its settings cannot be checked. Switch the plugin on first.");
            }
            var kept = secrets.Read(await ReadSecretsAsync(id, cancellationToken)) ?? [];
            var read = await ChannelSettings.ReadAsync(known, draft.Settings, new(JsonNode.Parse(before.Settings)!.AsObject(), kept));
            if (!read.Succeeded)
            {
                return read.Refusal;
            }
            settings = read.Value;
        }
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var update = new NpgsqlCommand("UPDATE notification_channels SET name = $2, enabled = $3, rate_per_minute = $4, updated_at = $5 WHERE id = $1", connection)
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = name }, new() { Value = draft.Enabled ?? before.Enabled }, new() { Value = draft.RatePerMinute ?? before.RatePerMinute }, new() { Value = time.GetUtcNow() },
            },
        };
        if (settings is not null)
        {
            update.CommandText = update.CommandText.Replace(" WHERE", ", settings = $6, secrets = $7, secrets_set = $8 WHERE", StringComparison.Ordinal);
            update.Parameters.AddRange(new[] { Json(settings.Open), Secret(settings.Secret), new NpgsqlParameter { Value = Names(settings.Secret) } });
        }
        if (await WriteAsync(update, name, cancellationToken) is { } taken)
        {
            return taken;
        }
        await using var context = AlertingDbContext.Create(database, scope);
        var channel = await context.Channels.AsNoTracking().SingleAsync(c => c.Id == id, cancellationToken);
        await RecordAsync(scope, "notification_channel.updated", channel, new { before = Audited(before), after = Audited(channel) }, cancellationToken);
        bus.Publish(AlertTopics.Notifications, []);
        return channel;
    }

    /// <summary>Removes a channel with what waits for it; routes forget it.</summary>
    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        var (channel, refusal) = await FindToWriteAsync(scope, id, cancellationToken);
        if (channel is null)
        {
            return refusal;
        }
        await using (var connection = await database.OpenAsync(scope, cancellationToken))
        {
            await using var delete = new NpgsqlCommand("DELETE FROM notification_channels WHERE id = $1", connection) { Parameters = { new() { Value = id } } };
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }
        // Not by the caller: a route of the partner's may name the channel of an organization.
        await using (var forget = database.System.CreateCommand(
            """
            UPDATE notification_routes SET channel_ids = array_remove(channel_ids, $2) WHERE partner_id = $1 AND $2 = ANY (channel_ids)
            """))
        {
            forget.Parameters.Add(new() { Value = channel.PartnerId });
            forget.Parameters.Add(new() { Value = id });
            await forget.ExecuteNonQueryAsync(cancellationToken);
        }
        await ChannelHealth.ResolveAsync(database, bus, id, time.GetUtcNow(), cancellationToken);
        await RecordAsync(scope, "notification_channel.removed", channel, new { before = Audited(channel) }, cancellationToken);
        return null;
    }

    /// <summary>A channel within reach that the caller may change.</summary>
    internal async Task<(NotificationChannel? Channel, Refusal? Refusal)> FindToWriteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        var channel = await context.Channels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
        return channel is null ? (null, Refusal.NotFound("notification_channel"))
            : NotificationReach.RefuseChange(scope, channel.OrganizationId, "channel") is { } refusal ? (null, refusal) : (channel, null);
    }

    internal async Task<byte[]?> ReadSecretsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var select = database.System.CreateCommand("SELECT secrets FROM notification_channels WHERE id = $1");
        select.Parameters.Add(new() { Value = id });
        return await select.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    Refusal UnknownType(string? type)
    {
        var known = types.List();
        return Refusal.Invalid("channel_type_unknown", (string.IsNullOrEmpty(type) ? "Say of which type the channel is. " : "There is no channel type of that name. ")
            + (known.Count == 0 ? "No active plugin provides any: switch one on first." : $"There are: {string.Join(", ", known.Select(t => t.Type))}."));
    }

    static Refusal? CheckRate(int? rate) => rate is < 1 or > 1000 ? Refusal.Invalid("rate_invalid", "rate_per_minute is from 1 to 1000.") : null;

    static async Task<Refusal?> WriteAsync(NpgsqlCommand command, string name, CancellationToken cancellationToken)
    {
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return TenantNames.Taken("a channel", name);
        }
    }

    static object Audited(NotificationChannel c) => new { name = c.Name, type = c.Type, enabled = c.Enabled, rate_per_minute = c.RatePerMinute, settings = JsonElement.Parse(c.Settings), secrets_set = c.SecretsSet };

    Task RecordAsync(AccessScope scope, string action, NotificationChannel channel, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "notification_channel", channel.Id.ToString())
        {
            PartnerId = channel.PartnerId, OrganizationId = channel.OrganizationId, Detail = JsonSerializer.Serialize(detail),
        }, cancellationToken);

    static string[] Names(JsonObject secret) => [.. secret.Select(s => s.Key).Order(StringComparer.Ordinal)];

    static NpgsqlParameter Json(JsonObject value) => new() { Value = value.ToJsonString(), NpgsqlDbType = NpgsqlDbType.Jsonb };

    NpgsqlParameter Secret(JsonObject value) => new() { Value = (object?)secrets.Protect(value) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea };

    static NpgsqlParameter Nullable(Guid? id) => new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };
}
