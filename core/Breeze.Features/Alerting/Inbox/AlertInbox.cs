using System.Globalization;
using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Alerting.Inbox;

/// <summary>What people do to alerts: one or many at once, each as far as it may be done to it.</summary>
public sealed class AlertInbox(Database database, EventBus bus, IAuditLog audit, TimeProvider time)
{
    public const int MostAtOnce = 1000;

    /// <summary>How long an alert can be snoozed.</summary>
    public static TimeSpan LongestSnooze { get; } = TimeSpan.FromDays(90);

    const int LongestText = 4000;

    /// <summary>Answers to how many of the alerts it was done; the others are resolved, out of reach, or as they shall be already.</summary>
    public async Task<Outcome<AlertsDone>> ActAsync(AccessScope scope, IReadOnlyCollection<Guid> ids, AlertAct act, CancellationToken cancellationToken)
    {
        if (await CheckAsync(scope, ids, act, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var done = await RunAsync(scope, ids, AlertActSql.Of(act.Kind)!, act, cancellationToken);
        foreach (var (id, organizationId) in done)
        {
            await audit.WriteAsync(scope, new AuditRecord($"alert.{AlertActs.Done(act.Kind)}", "alert", id.ToString())
            {
                OrganizationId = organizationId, Detail = JsonSerializer.Serialize(new { until = act.Until, user_id = act.UserId, text = act.Text }),
            }, cancellationToken);
        }
        if (done.Count > 0)
        {
            bus.Publish(AlertTopics.Events, []);
            bus.Publish(AlertTopics.Partner(scope.PartnerId!.Value), """{"type":"alerts"}"""u8);
        }
        return new AlertsDone(done.Count);
    }

    internal async Task<Refusal?> CheckAsync(AccessScope scope, IReadOnlyCollection<Guid> ids, AlertAct act, CancellationToken cancellationToken)
    {
        if (AlertActSql.Of(act.Kind) is null)
        {
            return Refusal.Invalid("action_invalid", $"The action is one of {string.Join(", ", AlertActs.All)}.");
        }
        if (scope.PartnerId is null || !scope.Can(Permissions.AlertsWrite))
        {
            return Refusal.Forbidden("forbidden", $"This takes the permission {Permissions.AlertsWrite}.");
        }
        if (ids.Count is 0 or > MostAtOnce)
        {
            return Refusal.Invalid("ids_invalid", $"Name the alerts, {MostAtOnce} at most.");
        }
        if (act.Kind == AlertActs.Comment && string.IsNullOrWhiteSpace(act.Text))
        {
            return Refusal.Invalid("text_missing", "Write something.");
        }
        if (act.Text?.Length > LongestText)
        {
            return Refusal.Invalid("text_invalid", $"A comment has at most {LongestText} characters; this one has {act.Text.Length}.");
        }
        var now = time.GetUtcNow();
        if (act.Kind == AlertActs.Snooze && !(act.Until > now && act.Until <= now + LongestSnooze))
        {
            return Refusal.Invalid("until_invalid", $"Say until when, within the next {LongestSnooze.Days} days.");
        }
        return act is { Kind: AlertActs.Assign, UserId: { } user } && !await IsSeenAsync(scope, user, cancellationToken) ? Refusal.NotFound("user") : null;
    }

    async Task<bool> IsSeenAsync(AccessScope scope, Guid userId, CancellationToken cancellationToken)
    {
        if (userId == scope.UserId)
        {
            return true;
        }
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var find = new NpgsqlCommand(
            """
            SELECT 1 FROM users u WHERE u.id = $1 AND (EXISTS (SELECT 1 FROM partner_users m WHERE m.user_id = u.id AND m.partner_id = $2)
                OR EXISTS (SELECT 1 FROM organization_users m WHERE m.user_id = u.id AND m.partner_id = $2))
            """, connection) { Parameters = { new() { Value = userId }, new() { Value = scope.PartnerId } } };
        return await find.ExecuteScalarAsync(cancellationToken) is not null;
    }

    internal async Task<List<(Guid Id, Guid? OrganizationId)>> RunAsync(AccessScope scope, IReadOnlyCollection<Guid> ids, AlertActSql sql, AlertAct act, CancellationToken cancellationToken)
    {
        var value = act.Kind == AlertActs.Snooze ? act.Until!.Value.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture) : act.UserId?.ToString();
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(sql.Statement, connection)
        {
            Parameters =
            {
                new() { Value = ids.Distinct().ToArray() }, new() { Value = scope.PartnerId!.Value }, new() { Value = time.GetUtcNow() },
                new() { Value = (object?)scope.UserId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = AgentText.Clean(scope.ActorName, 255) },
                new() { Value = act.Text?.Trim().Replace("\0", "", StringComparison.Ordinal) ?? "" }, new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
        var done = new List<(Guid, Guid?)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            done.Add((reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetGuid(1)));
        }
        return done;
    }
}
