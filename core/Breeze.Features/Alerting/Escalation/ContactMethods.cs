using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Notifying;
using Breeze.PluginHost;
using Breeze.Sdk;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>How a person is told: their own to change, and nobody else's.</summary>
public sealed class ContactMethods(
    Database database, IChannelTypes types, IChannelSender sender, ChannelSecrets secrets, NotificationChannels channels, RateLimiter limiter, IAuditLog audit, TimeProvider time)
{
    const int LongestAddress = 320;
    static readonly RateLimit Tests = new("contact-test", 5, TimeSpan.FromMinutes(1));

    /// <summary>The channels by which a person can be told.</summary>
    public async Task<IReadOnlyList<ContactChannel>> ChannelsAsync(AlertingDbContext context, CancellationToken cancellationToken)
    {
        var known = types.List().Where(t => t.Recipient is not null).ToDictionary(t => t.Type, t => t.Recipient!);
        var names = known.Keys.ToArray();
        var found = await context.Channels.AsNoTracking().Where(c => c.Enabled && names.Contains(c.Type)).OrderBy(c => c.Name).Select(c => new { c.Id, c.Name, c.Type }).ToListAsync(cancellationToken);
        return [.. found.Select(c => new ContactChannel(c.Id, c.Name, c.Type, known[c.Type].Title))];
    }

    public async Task<Outcome<ContactMethod>> AddAsync(AccessScope scope, Guid? channelId, string? address, CancellationToken cancellationToken)
    {
        if (scope.UserId is not { } user || scope.PartnerId is not { } partner)
        {
            return Refusal.Forbidden("not_a_person", "Only somebody who works for a company can be told.");
        }
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.Channels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == channelId, cancellationToken) is not { } channel)
        {
            return Refusal.NotFound("notification_channel");
        }
        if (types.Find(channel.Type) is not { Recipient: { } recipient } type)
        {
            return Refusal.Invalid("channel_without_recipient", "This channel cannot tell one person: its type has no setting for a recipient, or its plugin is switched off. Choose another.");
        }
        var text = address?.Trim() ?? "";
        if (text.Length is 0 or > LongestAddress || text.Any(char.IsControl))
        {
            return Refusal.Invalid("address_invalid", $"Enter your address on this channel ({recipient.Title}), {LongestAddress} characters at most.");
        }
        var json = recipient.ToJson(text);
        if (secrets.Merge(channel.Settings, await channels.ReadSecretsAsync(channel.Id, cancellationToken), json) is { } whole
            && (await PluginSettings.PrepareAsync(JsonSerializer.SerializeToUtf8Bytes(type.Schema), whole, validate: true)).Error is not null)
        {
            return Refusal.Invalid("address_invalid", $"This is no address for the channel “{channel.Name}” ({recipient.Title}).");
        }
        if (await context.ContactMethods.CountAsync(cancellationToken) >= EscalationLimits.ContactMethods)
        {
            return Refusal.Conflict("too_many_contact_methods", $"You have {EscalationLimits.ContactMethods} contact methods already. Remove one first.");
        }
        var now = time.GetUtcNow();
        var method = new ContactMethod { Id = Guid.CreateVersion7(now), PartnerId = partner, UserId = user, ChannelId = channel.Id, Address = text, Recipient = json, CreatedAt = now };
        context.Add(method);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Refusal.Conflict("contact_method_exists", "You are told at this address already.");
        }
        await RecordAsync(scope, "contact_method.added", method, cancellationToken);
        return method;
    }

    public async Task<Refusal?> RemoveAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.ContactMethods.SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is not { } method)
        {
            return Refusal.NotFound("contact_method");
        }
        context.Remove(method);
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "contact_method.removed", method, cancellationToken);
        return null;
    }

    /// <summary>Sends something to one's own address now, to see whether it arrives.</summary>
    public async Task<Outcome<ChannelTest>> TestAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, scope);
        if (await context.ContactMethods.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is not { } method
            || await context.Channels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == method.ChannelId, cancellationToken) is not { } channel)
        {
            return Refusal.NotFound("contact_method");
        }
        if (await limiter.TakeAsync(Tests, scope.UserId!.Value.ToString("n")) is { } wait)
        {
            return Refusal.Conflict("too_many_tests", $"You sent {Tests.Permits} tests within a minute. Try again in {Math.Ceiling(wait.TotalSeconds)} s.");
        }
        var hidden = await channels.ReadSecretsAsync(channel.Id, cancellationToken);
        var (began, timestamp) = (time.GetUtcNow(), time.GetTimestamp());
        var body = new NotificationBody
        {
            Severity = AlertSeverity.Info, Title = "Test of your contact method", Message = $"{scope.ActorName} sent this from Breeze to see whether it arrives. Nothing is wrong.", StartedAt = began,
        };
        var notification = Guid.CreateVersion7(began);
        var result = secrets.Merge(channel.Settings, hidden, method.Recipient) is { } settings
            ? await sender.SendAsync(channel.Type, body.ToNotification(notification, null, "test", null, null), settings, CancellationToken.None)
            : DeliveryResult.Reject("The channel's secrets cannot be read with this server's keys. An administrator has to enter them again.");
        var (now, took) = (time.GetUtcNow(), time.GetElapsedTime(timestamp));
        var error = result.IsDelivered ? null : secrets.Scrub(result.Error is { Length: > 0 } given ? given : "The channel did not say why.", hidden);
        await using (var insert = database.System.CreateCommand(
            """
            INSERT INTO notifications (id, partner_id, organization_id, channel_id, event, body, status, attempts, due_at, error, tried_since, attempted_at, created_at, finished_at, user_id, recipient)
            VALUES ($1, $2, $3, $4, 'test', $5, $6, 1, $7, $8, $7, $7, $7, $9, $10, $11)
            """))
        {
            insert.Parameters.AddRange(new NpgsqlParameter[]
            {
                new() { Value = notification }, new() { Value = channel.PartnerId }, new() { Value = (object?)channel.OrganizationId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = channel.Id },
                new() { Value = body.ToJson(), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = result.IsDelivered ? "delivered" : "failed" }, new() { Value = began },
                new() { Value = (object?)error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = now }, new() { Value = method.UserId }, new() { Value = method.Recipient, NpgsqlDbType = NpgsqlDbType.Jsonb },
            });
            await insert.ExecuteNonQueryAsync(CancellationToken.None);
        }
        await RecordAsync(scope, "contact_method.tested", method, cancellationToken);
        return new ChannelTest(notification, result.IsDelivered, error, !result.IsDelivered && result.Retryable, took);
    }

    Task RecordAsync(AccessScope scope, string action, ContactMethod method, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "contact_method", method.Id.ToString())
        {
            PartnerId = method.PartnerId, Detail = JsonSerializer.Serialize(new { channel_id = method.ChannelId, address = method.Address }),
        }, cancellationToken);
}

/// <summary>A channel by which a person can be told.</summary>
/// <param name="Recipient">What the address is called there.</param>
public sealed record ContactChannel(Guid Id, string Name, string Type, string Recipient);
