using System.Globalization;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Escalation;
using Breeze.Features.Alerting.Notifying;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.OnCall;

/// <summary>Tells who comes on call and who goes, once, whichever node notices.</summary>
public sealed class HandOvers(Database database, EventBus bus, TimeProvider time)
{
    const int Batch = 50;

    /// <summary>A day at most, so that nothing depends on a moment that was worked out long ago.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Looks at the schedules that may have changed; answers how many those were.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var due = await ClaimAsync(connection, now, cancellationToken);
        if (due.Count == 0)
        {
            return 0;
        }
        await using var context = AlertingDbContext.Create(database, AccessScope.System);
        var ids = due.Keys.ToArray();
        var said = 0;
        foreach (var schedule in await context.Schedules.AsNoTracking().Where(s => ids.Contains(s.Id)).ToListAsync(cancellationToken))
        {
            var (before, isFirst) = due[schedule.Id];
            var rota = await OnCallSchedules.RotaAsync(context, schedule, now, now + OnCallLimits.Window, cancellationToken);
            var turn = rota.From(now);
            if (schedule.Tells && !isFirst && before != turn.UserId)
            {
                said += await SayAsync(connection, context, schedule, before, turn, now, cancellationToken);
            }
            await RunAsync(
                connection, "UPDATE on_call_schedules SET current_user_id = $2, looked_at = $3, changes_at = $4 WHERE id = $1", cancellationToken, new() { Value = schedule.Id },
                new() { Value = (object?)turn.UserId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = now }, new() { Value = turn.Until < now + Longest ? turn.Until : now + Longest });
        }
        await transaction.CommitAsync(cancellationToken);
        if (said > 0)
        {
            bus.Publish(AlertTopics.Notifications, []);
            foreach (var partner in await context.Schedules.Where(s => ids.Contains(s.Id)).Select(s => s.PartnerId).Distinct().ToListAsync(cancellationToken))
            {
                bus.Publish(AlertTopics.Partner(partner), """{"type":"alerts"}"""u8);
            }
        }
        return due.Count;
    }

    static async Task<Dictionary<Guid, (Guid? Before, bool IsFirst)>> ClaimAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT id, current_user_id, looked_at IS NULL FROM on_call_schedules WHERE changes_at <= $1 ORDER BY changes_at LIMIT $2 FOR UPDATE SKIP LOCKED", connection)
        {
            Parameters = { new() { Value = now }, new() { Value = Batch } },
        };
        var due = new Dictionary<Guid, (Guid?, bool)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            due[reader.GetGuid(0)] = (reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetBoolean(2));
        }
        return due;
    }

    async Task<int> SayAsync(NpgsqlConnection connection, AlertingDbContext context, OnCallSchedule schedule, Guid? before, OnCallTurn turn, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var people = await EscalationBook.PeopleAsync(database, context, [schedule.PartnerId], [.. new[] { before, turn.UserId }.OfType<Guid>()], cancellationToken);
        EscalationPerson? Find(Guid? id) => id is { } known && people.TryGetValue(known, out var person) && person.IsActive && person.Scopes.Any(s => s.PartnerId == schedule.PartnerId) ? person : null;
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        var until = $"{TimeZoneInfo.ConvertTime(turn.Until, zone).ToString("ddd d MMM yyyy HH:mm", CultureInfo.InvariantCulture)} ({zone.Id})";
        var (comes, goes) = (Find(turn.UserId), Find(before));
        if (comes is not null)
        {
            await TellAsync(connection, schedule, comes, $"You are on call: {schedule.Name}", $"Until {until}.{(goes is null ? "" : $" Before you it was {goes.Name}.")}", AlertSeverity.Info, now, cancellationToken);
        }
        if (goes is not null)
        {
            await TellAsync(
                connection, schedule, goes, $"Your time on call is over: {schedule.Name}", comes is null ? $"Nobody follows you: there is a gap until {until}." : $"{comes.Name} is on call now.",
                turn.UserId is null ? AlertSeverity.Warning : AlertSeverity.Info, now, cancellationToken);
        }
        return 1;
    }

    static async Task TellAsync(NpgsqlConnection connection, OnCallSchedule schedule, EscalationPerson person, string title, string message, string severity, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var body = new NotificationBody { Severity = severity, Title = title, Message = message, StartedAt = now };
        await RunAsync(
            connection, "INSERT INTO bell_notices (id, partner_id, user_id, severity, title, path, at) VALUES (breeze_uuid7(), $1, $2, $3, left($4, 1000), $5, $6)", cancellationToken,
            new() { Value = schedule.PartnerId }, new() { Value = person.Id }, new() { Value = severity }, new() { Value = title }, new() { Value = $"/on-call/{schedule.Id}" }, new() { Value = now });
        foreach (var address in person.Addresses.Where(a => a.OrganizationId is null || a.OrganizationId == schedule.OrganizationId))
        {
            await RunAsync(
                connection,
                """
                INSERT INTO notifications (id, partner_id, organization_id, channel_id, event, body, due_at, created_at, user_id, recipient)
                VALUES (breeze_uuid7(), $1, $2, $3, 'handover', $4, $5, $5, $6, $7)
                """, cancellationToken,
                new() { Value = schedule.PartnerId }, new() { Value = (object?)schedule.OrganizationId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = address.ChannelId },
                new() { Value = body.ToJson(), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = now }, new() { Value = person.Id }, new() { Value = address.Recipient, NpgsqlDbType = NpgsqlDbType.Jsonb });
        }
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
